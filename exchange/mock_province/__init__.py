"""A stand-in for 陕西省公共信用信息平台, for the demo, tests and drills. It runs without Django and keeps its own store."""
