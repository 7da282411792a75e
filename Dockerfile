# `mesh serve` for those who run it in a container. Digests are of multi-architecture indices: amd64 and arm64 both build.
FROM rust:1.95-bookworm@sha256:6258907abe69656e41cd992e0b705cdcfabcbbe3db374f92ed2d47121282d4a1 AS build
WORKDIR /src
COPY docker/alive.rs docker/alive.rs
RUN mkdir /out /corpus && rustc --edition 2024 -C opt-level=s -C strip=symbols -o /out/alive docker/alive.rs
COPY . .
RUN --mount=type=cache,target=/usr/local/cargo/registry --mount=type=cache,target=/src/target \
    cargo build --release --locked --package mesh-cli && cp target/release/mesh /out/mesh

# glibc as the build stage has it, certificates, and nothing else: no shell, no package manager.
FROM gcr.io/distroless/cc-debian12:nonroot@sha256:9dac0a79194e45a7da0158a9c6da57b217585af0786db3845d1f0ec1a0dd182f
COPY --from=build /out/mesh /out/alive /usr/local/bin/
# A volume put here takes this owner, so that `mesh index` can write to it.
COPY --from=build --chown=65532:65532 /corpus /corpus
# Not loopback, so the server starts only with MESH_BEARER_SHA256.
ENV HOST=0.0.0.0 PORT=8080 MESH_CORPUS=/corpus
EXPOSE 8080
USER 65532:65532
HEALTHCHECK --interval=10s --timeout=3s --start-period=10s CMD ["/usr/local/bin/alive"]
ENTRYPOINT ["/usr/local/bin/mesh"]
CMD ["serve"]
