"""How gunicorn serves the portal. What differs by place comes from `GUNICORN_CMD_ARGS`."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

os.environ.setdefault("DB_ROLE", "web")
memory = Path("/dev/shm")
memory = str(memory) if memory.is_dir() else None
master = os.getpid()
if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:  # it is there already when we are only told to reload
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = tempfile.mkdtemp(prefix="ankang-metrics-", dir=memory)

wsgi_app = "ankang_credit.wsgi"
bind = "0.0.0.0:8000"
# Also makes a refusal to start end the master at once, instead of every worker over and over.
preload_app = True
worker_class = "gthread"
workers = 3
threads = 4
timeout = graceful_timeout = 20
max_requests = 2000
max_requests_jitter = 200
limit_request_line = 4094
worker_tmp_dir = memory
# Exactly our own reverse proxies may say that a request came over https.
forwarded_allow_ips = os.environ.get("TRUSTED_PROXIES", "")
# The access log is written by AccessLogMiddleware, which leaves out codes and queries; gunicorn's would not.
accesslog = None
control_socket_disable = True


def pre_fork(server, worker):
    """Give each worker the lowest place that is free, so that its counts go on where the last one's ended."""
    taken = {other.place for other in server.WORKERS.values()}
    worker.place = next(place for place in range(len(taken) + 1) if place not in taken)


def post_fork(server, worker):
    os.environ["GUNICORN_PLACE"] = str(worker.place)


@atexit.register
def forget_counts():
    if os.getpid() == master:  # workers leave through here as well
        shutil.rmtree(os.environ["PROMETHEUS_MULTIPROC_DIR"], ignore_errors=True)
