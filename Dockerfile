FROM oven/bun:1.4.5-slim

WORKDIR /app
ENV NODE_ENV=production ENVIRONMENT=production

# Dependencies in a layer of their own: it changes only with the lock file.
COPY package.json bun.lock bunfig.toml ./
RUN bun install --production --frozen-lockfile --no-progress \
  && rm -rf /root/.bun/install/cache \
  && mkdir data && chown bun:bun data

COPY tsconfig.json ./
COPY shared shared
COPY client client
COPY server server

# Everything else in /app belongs to root: the node can change its data and nothing more.
USER bun
VOLUME /app/data
EXPOSE 3000

HEALTHCHECK --interval=10s --timeout=3s --start-period=15s \
  CMD ["bun", "-e", "process.exit((await fetch(`http://127.0.0.1:${process.env.PORT || 3000}/health`)).ok ? 0 : 1)"]

# In exec form, so that SIGTERM reaches the node, which then drains.
CMD ["bun", "server/main.ts"]
