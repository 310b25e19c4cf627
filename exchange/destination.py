"""Where deliveries go."""

PROVINCE = "province"  # 陕西省公共信用信息平台, as `Delivery.destination` and as the name of its channel
