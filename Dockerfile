# One image for engine, history, sim and replay; docker-compose.yml names the command of each.
# Debian and not Alpine, because uWebSockets.js needs glibc.
FROM node:20-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
COPY client/package.json client/
RUN npm ci --ignore-scripts
COPY . .
RUN npm run build

FROM node:20-bookworm-slim
ENV NODE_ENV=production
WORKDIR /app
COPY package.json package-lock.json ./
COPY client/package.json client/
# Optional is the embedded ClickHouse, 540 MB; in containers the history goes to a server.
RUN npm ci --omit=dev --omit=optional --ignore-scripts && npm cache clean --force
COPY --from=build /app/dist ./dist
# A volume mounted here belongs to whom the folder belongs to.
RUN mkdir /spool /store && chown node:node /spool /store
USER node
EXPOSE 7700
ENTRYPOINT ["node", "--enable-source-maps", "dist/engine/cli/firstcall.js"]
CMD ["help"]
