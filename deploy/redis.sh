#!/bin/sh
# Starts Redis with the one user that Assay needs. The password comes by the environment and is kept as its SHA-256 only.
set -eu
: "${REDIS_PASSWORD:?set REDIS_PASSWORD}"
hash=$(printf %s "$REDIS_PASSWORD" | sha256sum | cut -d ' ' -f 1)
unset REDIS_PASSWORD
sed "s/PASSWORD_SHA256/$hash/" /assay/redis.acl > /tmp/users.acl
chmod 644 /tmp/users.acl
# The script of the image goes on as the user redis.
exec docker-entrypoint.sh redis-server --aclfile /tmp/users.acl "$@"
