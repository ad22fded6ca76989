# syntax=docker/dockerfile:1

# The compiled service and the web page. What builds them does not ship.
FROM node:24-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc tsconfig.json tsconfig.build.json ./
COPY clients/typescript/package.json clients/typescript/
RUN npm ci --ignore-scripts
COPY scripts/build-dashboard.ts scripts/
COPY src src
RUN npx tsc -p tsconfig.build.json && node scripts/build-dashboard.ts

FROM node:24-slim AS dependencies
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
COPY clients/typescript/package.json clients/typescript/
RUN npm ci --omit=dev --ignore-scripts --workspaces=false

FROM node:24-slim
# Uploads and what SQLite sorts go where the data are: nothing else needs to be written to, so the rest may be read-only.
ENV NODE_ENV=production \
    BENCHCAST_HOST=0.0.0.0 \
    BENCHCAST_PORT=8080 \
    BENCHCAST_DATABASE=/data/benchcast.db \
    TMPDIR=/data
WORKDIR /app
COPY --from=dependencies /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
COPY package.json LICENSE ./
COPY migrations ./migrations
RUN mkdir -p /data .cache && chown node:node /data .cache
USER node
# Starts twice as fast with what it compiled kept: loads all of the service, and listens to nobody.
RUN node dist/main.js openapi > /dev/null
VOLUME /data
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=3s --start-period=10s \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.BENCHCAST_PORT}/readyz`).then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
# Without a key or BENCHCAST_ALLOW_ANONYMOUS=true the service refuses to listen beyond loopback, and so to start in here:
# whoever runs it says so knowingly.
CMD ["node", "--max-semi-space-size=4", "dist/main.js", "serve"]
