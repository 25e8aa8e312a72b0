# The operator's image: compiled JavaScript and the locked production dependencies, nothing that was only needed to build.
FROM node:20-bookworm-slim AS build
WORKDIR /src
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts
COPY tsconfig.json tsconfig.build.json ./
COPY lib lib
COPY operator operator
RUN node_modules/.bin/tsc -p tsconfig.build.json \
 # cdk8s-plus-27 lists a release tool as an optional dependency; it brings 170 packages that nothing here loads.
 && npm ci --omit=dev --omit=optional --ignore-scripts

FROM node:20-bookworm-slim
LABEL org.opencontainers.image.title="kafka-operator" org.opencontainers.image.licenses="Apache-2.0"
WORKDIR /app
COPY --from=build /src/package.json ./
COPY --from=build /src/node_modules node_modules
COPY --from=build /src/dist dist
COPY LICENSE ./
# A plug-in for alerts lies in a folder of its own, and Node.js looks for what it requires in each folder above and then here.
RUN mkdir /node_modules \
 && ln -s /app /node_modules/kafka-operator \
 && ln -s /app/node_modules/zod /node_modules/zod
ENV NODE_ENV=production KAFKAJS_NO_PARTITIONER_WARNING=1
# 65532 by number, so that the kubelet can see that it is not root.
USER 65532:65532
ENTRYPOINT ["node", "dist/operator/main.js"]
