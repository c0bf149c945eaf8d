import type { Policy } from '../policy/policy.ts';
import { CleanLines } from './clean-lines.ts';
import type { Detector } from './detector.ts';
import { activeDetectors, allDetectors } from './detectors.ts';
import type { RelayAddresses } from './relay-addresses.ts';

/**
 * Facts about a property that follow from its name: the detectors that judge its values, and whether the name itself
 * has no finding.
 */
export interface Property {
  readonly judges: readonly Detector[];
  readonly isClean: boolean;
}

/** Detectors and caches shared by all dumps with the same policy. */
export interface Equipment {
  /** `detectors`: those of the classes to verify. `all`: those of all classes, for masking excerpts. */
  readonly detectors: readonly Detector[];
  readonly all: readonly Detector[];
  readonly properties: Map<string, Property>;
  readonly cleanLines: CleanLines;
}

const EQUIPMENT = new WeakMap<Policy, Equipment>();

/**
 * Created once per policy, because property names are few and the same in every dump. If relay addresses are kept,
 * detectors depend on the dump and are not shared.
 */
export function equipmentFor(policy: Policy, relays: RelayAddresses): Equipment {
  const known = EQUIPMENT.get(policy);
  if (known !== undefined) return known;
  const detectors = activeDetectors(policy, relays);
  const equipment = {
    detectors,
    all: allDetectors(policy, relays),
    properties: new Map(),
    cleanLines: new CleanLines(),
  };
  if (!policy.ipAddresses.keepRelay) EQUIPMENT.set(policy, equipment);
  return equipment;
}
