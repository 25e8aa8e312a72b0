/** What every kubelet says of the volumes it mounted; labels `namespace`, `persistentvolumeclaim` and, with the usual relabelling, `node`. */
export const KUBELET_METRICS = {
  available: 'kubelet_volume_stats_available_bytes',
  capacity: 'kubelet_volume_stats_capacity_bytes',
  used: 'kubelet_volume_stats_used_bytes',
} as const;
