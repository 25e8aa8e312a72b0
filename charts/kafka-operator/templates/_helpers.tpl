{{- define "kafka-operator.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" -}}
{{- end -}}

{{- define "kafka-operator.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 63 | trimSuffix "-" -}}
{{- else -}}
{{- $name := include "kafka-operator.name" . -}}
{{- if contains $name .Release.Name -}}
{{- .Release.Name | trunc 63 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name $name | trunc 63 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{- define "kafka-operator.selectorLabels" -}}
app.kubernetes.io/name: {{ include "kafka-operator.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/component: operator
{{- end -}}

{{- define "kafka-operator.labels" -}}
{{ include "kafka-operator.selectorLabels" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{- end -}}

{{- define "kafka-operator.serviceAccountName" -}}
{{- if .Values.operator.serviceAccount.create -}}
{{- default (include "kafka-operator.fullname" .) .Values.operator.serviceAccount.name -}}
{{- else -}}
{{- default "default" .Values.operator.serviceAccount.name -}}
{{- end -}}
{{- end -}}

{{- define "kafka-operator.image" -}}
{{- $message := "operator.image.repository is required: no image is published yet; build one with the Dockerfile of the repository and name it here" -}}
{{- printf "%s:%s" (required $message .Values.operator.image.repository) (default .Chart.AppVersion .Values.operator.image.tag) -}}
{{- end -}}

{{/* The Service and the Secret of the receiver of alerts. */}}
{{- define "kafka-operator.alertManagerName" -}}
{{- printf "%s-alertmanager" (include "kafka-operator.fullname" . | trunc 50 | trimSuffix "-") -}}
{{- end -}}

{{- define "kafka-operator.alertTokenSecret" -}}
{{- default (include "kafka-operator.alertManagerName" .) .Values.alertManager.auth.existingSecret -}}
{{- end -}}

{{/* The watched namespaces, comma-joined without blanks, from a list or a text; empty means all. */}}
{{- define "kafka-operator.namespaces" -}}
{{- if kindIs "string" .Values.operator.namespaces -}}
{{- .Values.operator.namespaces | nospace -}}
{{- else -}}
{{- join "," .Values.operator.namespaces -}}
{{- end -}}
{{- end -}}

{{/* What the operator does in a namespace that it watches. */}}
{{- define "kafka-operator.rules" -}}
- apiGroups: [kafka.banzaicloud.io]
  resources: [kafkaclusters]
  verbs: [get, list, watch, patch, update]
- apiGroups: [kafka.banzaicloud.io]
  resources: [kafkaclusters/status]
  verbs: [get, patch, update]
# To own objects with blockOwnerDeletion.
- apiGroups: [kafka.banzaicloud.io]
  resources: [kafkaclusters/finalizers]
  verbs: [update]
- apiGroups: [""]
  resources: [pods, configmaps, services, persistentvolumeclaims, secrets]
  verbs: [get, list, watch, create, patch, delete]
# The last words of a container that crashed.
- apiGroups: [""]
  resources: [pods/log]
  verbs: [get]
# CPU and memory of a running Pod.
- apiGroups: [""]
  resources: [pods/resize]
  verbs: [patch]
- apiGroups: [""]
  resources: [events]
  verbs: [create, patch]
- apiGroups: [policy]
  resources: [poddisruptionbudgets]
  verbs: [get, list, watch, create, patch, delete]
# Cruise Control, Envoy and gateways.
- apiGroups: [apps]
  resources: [deployments]
  verbs: [get, list, watch, create, patch, delete]
- apiGroups: [networking.k8s.io]
  resources: [networkpolicies]
  verbs: [get, list, watch, create, patch, delete]
# What leads clients in from outside, where it is installed: Istio, Contour, Gateway API.
- apiGroups: [networking.istio.io]
  resources: [gateways, virtualservices, destinationrules]
  verbs: [get, list, watch, create, patch, delete]
- apiGroups: [projectcontour.io]
  resources: [httpproxies]
  verbs: [get, list, watch, create, patch, delete]
- apiGroups: [gateway.networking.k8s.io]
  resources: [gateways, tlsroutes]
  verbs: [get, list, watch, create, patch, delete]
# Who is scraped, where the Prometheus operator is installed.
- apiGroups: [monitoring.coreos.com]
  resources: [podmonitors]
  verbs: [get, list, watch, create, patch, delete]
{{- if .Values.certManager.enabled }}
# Certificates, where cert-manager makes them.
- apiGroups: [cert-manager.io]
  resources: [certificates, issuers]
  verbs: [get, list, watch, create, patch, delete]
{{- end }}
{{- if .Values.certSigning.enabled }}
# cert-manager asks whether whoever makes a signing request may use an Issuer of this namespace.
- apiGroups: [cert-manager.io]
  resources: [signers]
  verbs: [reference]
{{- end }}
# Users: their objects are the users', the credentials and what stands in the status are ours.
- apiGroups: [kafka.banzaicloud.io]
  resources: [kafkausers]
  verbs: [get, list, watch, patch]
- apiGroups: [kafka.banzaicloud.io]
  resources: [kafkausers/status, kafkausers/finalizers]
  verbs: [get, patch, update]
- apiGroups: [kafka.banzaicloud.io]
  resources: [cruisecontroloperations]
  verbs: [get, list, watch, create, patch, delete]
- apiGroups: [kafka.banzaicloud.io]
  resources: [cruisecontroloperations/status]
  verbs: [get, patch, update]
# Topics as objects: their status, and the finalizer that keeps an object until its topic is gone.
- apiGroups: [kafka.banzaicloud.io]
  resources: [kafkatopics]
  verbs: [get, list, watch, patch, update]
- apiGroups: [kafka.banzaicloud.io]
  resources: [kafkatopics/status]
  verbs: [get, patch, update]
- apiGroups: [kafka.banzaicloud.io]
  resources: [kafkatopics/finalizers]
  verbs: [update]
{{- end -}}
