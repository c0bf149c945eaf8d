import { type IpAddressPolicy, type Policy, presetPolicy } from '@rtcstats-server/privacy';
import type { PrivacySettings } from './schema.ts';

/** Bits that stay readable where neither the operator nor the preset says how many. */
const METHOD_BITS: Partial<Record<IpAddressPolicy['method'], { ipv4Bits: number; ipv6Bits: number }>> = {
  mask: { ipv4Bits: 24, ipv6Bits: 48 },
  remove: { ipv4Bits: 0, ipv6Bits: 0 },
};

/** The policy that checked settings mean: the preset, with what the operator set on its own in its place. */
export function policyFromSettings(settings: PrivacySettings): Policy {
  const preset = presetPolicy(settings.preset);
  const { ipAddresses } = settings;
  const method = ipAddresses.method ?? preset.ipAddresses.method;
  // A method other than the preset's brings its own bits: `strict` with `mask` would otherwise mask to nothing.
  const bits = method === preset.ipAddresses.method ? preset.ipAddresses : (METHOD_BITS[method] ?? preset.ipAddresses);
  return {
    ...preset,
    ipAddresses: {
      method,
      ipv4Bits: ipAddresses.ipv4Bits ?? bits.ipv4Bits,
      ipv6Bits: ipAddresses.ipv6Bits ?? bits.ipv6Bits,
      keepNetworks: [...preset.ipAddresses.keepNetworks, ...ipAddresses.keepNetworks],
    },
  };
}
