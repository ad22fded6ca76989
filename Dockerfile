# syntax=docker/dockerfile:1

FROM node:24-slim AS dependencies
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev

FROM node:24-slim AS dashboard
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts
COPY scripts ./scripts
COPY src/dashboard ./src/dashboard
RUN node scripts/build-dashboard.ts

FROM node:24-slim
ENV NODE_ENV=production \
    BENCHCAST_HOST=0.0.0.0 \
    BENCHCAST_PORT=8080 \
    BENCHCAST_DATABASE=/data/benchcast.db
WORKDIR /app
COPY --from=dependencies /app/node_modules ./node_modules
COPY package.json LICENSE ./
COPY migrations ./migrations
COPY src ./src
COPY --from=dashboard /app/dist/dashboard ./dist/dashboard
RUN mkdir /data && chown node:node /data
USER node
VOLUME /data
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=3s --start-period=10s \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.BENCHCAST_PORT}/readyz`).then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
# Without BENCHCAST_ALLOW_ANONYMOUS=true the service refuses to listen beyond loopback, and so to start in here:
# whoever runs it says so knowingly.
CMD ["node", "src/main.ts", "serve"]
