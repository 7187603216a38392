# The image of the Codeloom server: Streamable HTTP on port 8788.
#
#   docker build -t codeloom .
#   docker run --init --read-only --tmpfs /tmp --cap-drop ALL --security-opt no-new-privileges \
#     -v codeloom-state:/var/lib/codeloom -p 127.0.0.1:8788:8788 -e CODELOOM_ALLOW_UNAUTHENTICATED=true codeloom
#   docker run --init -i codeloom serve --transport stdio
#
# A published port leads to the container's own address, so the server must listen beyond the container's loopback, and
# beyond loopback it refuses to start without authentication. This image does not switch that off: whoever publishes
# the port decides, as above, once it is sure who can reach it (`-p 8788:8788` publishes to the whole network).
# Upstreams: mount a config file and name it, `-v ./mcp.json:/config/mcp.json:ro -e CODELOOM_CONFIG=/config/mcp.json`.
# What it writes: /var/lib/codeloom (the registry's file; needs a volume, or --registry postgres or none) and
# /var/cache/codeloom (what Node compiled, installed packages; may be missing). Any user may be chosen for it (--user);
# what is mounted there has to be that user's. deploy/ has it all for Compose and for Kubernetes.
# Programs run on the node engine here. The docker engine needs a daemon of its own to talk to (DOCKER_HOST).
#
# Builds with BuildKit and with the classic builder of Docker 20.10 alike. A release build pins the base by digest:
# --build-arg NODE_IMAGE=node:24-slim@sha256:…
ARG NODE_IMAGE=node:24-slim

# What runs in production, from the lockfile. No package's own scripts: isolated-vm brings its binaries along.
FROM ${NODE_IMAGE} AS dependencies
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --omit=dev --ignore-scripts --no-audit --no-fund

# The bundler is among them, so that the build needs nothing more.
FROM dependencies AS build
COPY tsconfig.json ./
COPY scripts/build.mjs scripts/lazy-web.mjs scripts/
COPY sandbox-runtime sandbox-runtime
COPY src src
RUN node scripts/build.mjs && mkdir /empty

FROM ${NODE_IMAGE} AS runtime
ENV NODE_ENV=production \
    CODELOOM_TRANSPORT=http \
    CODELOOM_HOST=0.0.0.0 \
    XDG_STATE_HOME=/var/lib \
    XDG_CACHE_HOME=/var/cache
WORKDIR /app
# Owned by root: the server's user can read its own code and nothing can rewrite it.
COPY --from=dependencies /app/package.json ./
COPY --from=dependencies /app/node_modules node_modules
COPY --from=build /app/dist dist
# A named volume takes its owner from the folder that it is mounted over.
COPY --from=build --chown=1000:1000 /empty /var/lib/codeloom
COPY --from=build --chown=1000:1000 /empty /var/cache/codeloom
# By number, so that Kubernetes can see that it is not root.
USER 1000:1000
EXPOSE 8788
# Node asks for itself: the image has no curl. It says "unhealthy" of a server on stdio, which listens on no port.
HEALTHCHECK --interval=30s --timeout=5s --start-period=10s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.CODELOOM_PORT ?? 8788}/livez`).then((reply) => process.exit(reply.ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["node", "/app/dist/bin.js"]
CMD ["serve"]
