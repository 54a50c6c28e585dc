"""How gunicorn serves Shouwen; read from the working directory by `gunicorn 'wsgi:create_app()'`."""

import os

_host = os.environ.get("HOST") or "127.0.0.1"
_port = os.environ.get("PORT") or "8000"
_behind_proxy = int(os.environ.get("TRUSTED_PROXY_COUNT") or "0") > 0

bind = f"[{_host}]:{_port}" if ":" in _host else f"{_host}:{_port}"

# Never the sync worker: at SIGTERM it dropped 10 of 12 requests in flight, gthread none. Ours is gthread, whose
# threads 200 half-sent requests do not stop.
worker_class = "shared.web.patience.PatientWorker"
workers = int(os.environ.get("WEB_CONCURRENCY") or "2")
threads = int(os.environ.get("WEB_THREADS") or "16")
timeout = 30
# Shorter than what an orchestrator waits before it kills (30 s), and than the supervisor's 28 s.
graceful_timeout = 25
keepalive = 5

# Recycling resets idle connections (gunicorn issue 3038), which only a proxy hides from people.
max_requests = 2000 if _behind_proxy else 0
max_requests_jitter = 200 if _behind_proxy else 0

limit_request_line = 4094
limit_request_fields = 60

# The heartbeat file on a disk can stall a worker until it is killed as hung.
_memory = "/dev/shm"  # nosec B108 # gunicorn makes a file of a random name there
worker_tmp_dir = _memory if os.path.isdir(_memory) else None
# Database handles must not cross a fork.
preload_app = False
umask = 0o077
control_socket_disable = True

# Who may speak for a client is decided by TRUSTED_PROXY_COUNT in the application, not here.
forwarded_allow_ips = ""

# The application writes one line per request without private links and references; gunicorn's would hold
# them.
accesslog = None
errorlog = "-"
loglevel = "warning"
