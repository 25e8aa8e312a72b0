#!/usr/bin/env bash
# pki.sh NAME: a certificate authority, the API server's certificate and a kubeconfig per component of the cluster
# NAME, made once. Elliptic-curve keys: well under a second in all.
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"
use_cluster "$1"
[ ! -e "$PKI" ] || exit 0
umask 077
temporary=$(mktemp -d "$RUN/pki.XXXXXX")
trap 'rm -rf "$temporary"' EXIT
cd "$temporary"

key() { openssl ecparam -name prime256v1 -genkey -noout -out "$1.key"; }
sign() { # name subject extensions
  key "$1"
  openssl req -new -key "$1.key" -subj "$2" -out "$1.csr"
  printf '%s\n' "${@:3}" >"$1.ext"
  openssl x509 -req -in "$1.csr" -CA ca.crt -CAkey ca.key -CAcreateserial -days 3650 -out "$1.crt" -extfile "$1.ext" 2>/dev/null
  rm "$1.csr" "$1.ext"
}
kubeconfig() { # name subject
  sign "$1" "$2" "extendedKeyUsage=clientAuth"
  cat >"$1.kubeconfig" <<Y
apiVersion: v1
kind: Config
clusters: [{name: "$NAME", cluster: {server: "https://$API_IP:6443", certificate-authority-data: $(base64 -w0 ca.crt)}}]
users: [{name: "$1", user: {client-certificate-data: $(base64 -w0 "$1.crt"), client-key-data: $(base64 -w0 "$1.key")}}]
contexts: [{name: "$NAME", context: {cluster: "$NAME", user: "$1"}}]
current-context: "$NAME"
Y
}

key ca
openssl req -x509 -new -key ca.key -subj "/CN=local-kubernetes-$NAME" -days 3650 -out ca.crt \
  -addext "basicConstraints=critical,CA:TRUE" -addext "keyUsage=critical,keyCertSign,cRLSign,digitalSignature" 2>/dev/null
names=DNS:localhost,DNS:kubernetes,DNS:kubernetes.default,DNS:kubernetes.default.svc,DNS:kubernetes.default.svc.cluster.local
sign apiserver "/CN=kube-apiserver" "extendedKeyUsage=serverAuth,clientAuth" \
  "subjectAltName=$names,IP:127.0.0.1,IP:${SERVICE_CIDR%.0/*}.1,IP:$API_IP"
sign kubelet-client "/O=system:masters/CN=kube-apiserver-kubelet-client" "extendedKeyUsage=clientAuth"
sign proxy-client "/CN=front-proxy-client" "extendedKeyUsage=clientAuth"
key sa
openssl ec -in sa.key -pubout -out sa.pub 2>/dev/null
kubeconfig admin "/O=system:masters/CN=admin"
for component in kube-controller-manager kube-scheduler kube-proxy; do kubeconfig $component "/CN=system:$component"; done
for node in "${NODES[@]}"; do kubeconfig "$node" "/O=system:nodes/CN=system:node:$node"; done
trap - EXIT
mv -T "$temporary" "$PKI"
