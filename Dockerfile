# One quorum server.  The default base comes from a registry; where none can be
# reached, .ci/docker-base makes one from Debian packages:
#   docker build --build-arg BASE_IMAGE=quorumlab-base:local -t quorumlab .
ARG BASE_IMAGE=python:3.13-slim
FROM ${BASE_IMAGE}
WORKDIR /opt/quorumlab

# The protocols need the standard library alone.  h11 serves the AdminServer, and
# the image is refused without it; uvloop adds speed.  Both come from wheels/, else
# from a registry.  labctl puts its own h11 there.
COPY node/__init__.py wheels/*.wh[l] wheels/
RUN if python3 -m pip --version >/dev/null 2>&1; then \
      for name in h11 uvloop; do \
        python3 -m pip install --quiet --no-cache-dir --retries 0 --timeout 10 \
          --root-user-action=ignore --find-links wheels --target lib "$name" \
          || echo "going on without $name"; \
      done; \
    else \
      for wheel in wheels/*.whl; do \
        if [ -f "$wheel" ]; then python3 -m zipfile -e "$wheel" lib; fi; \
      done; \
    fi; \
    PYTHONPATH=lib python3 -c 'import h11' 2>/dev/null || { \
      echo "quorumlab: h11 is missing: put it into wheels/ (pip download -d wheels h11)"; \
      exit 1; \
    }

COPY node/ node/
ENV PYTHONPATH=/opt/quorumlab:/opt/quorumlab/lib PYTHONUNBUFFERED=1
RUN python3 -m compileall -q node lib || true
RUN mkdir -p /data /datalog /conf /logs \
 && chown 1000:1000 /data /datalog /conf /logs
USER 1000:1000
WORKDIR /data
VOLUME ["/data", "/datalog"]

# client, quorum, election, AdminServer
EXPOSE 2181 2888 3888 8080
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=5s --timeout=3s --start-period=20s --retries=3 \
  CMD ["python3", "-m", "node.image", "health"]

# /conf/zoo.cfg if it is there, else one written from the ZOO_* variables.
CMD ["python3", "-m", "node.image"]
