export { Anonymizer, type CompiledPolicy, compilePolicy } from './anonymizer.ts';
export { mappedIpv4, parseIpv6 } from './classes/ip/address.ts';
export { type Drift, type DriftEntry, DriftTally, type JsonType, NO_DRIFT } from './drift.ts';
export { DumpAnonymizer } from './dump-anonymizer.ts';
export { KEY_ROLES, ROLES, type Role, roleAt } from './events/roles.ts';
export type { Finding, FindingClass, Verdict } from './finding.ts';
export { anonymizeInternals } from './internals-anonymizer.ts';
export { type CleanDump, type CleanLine, DROP_REASONS, type DropReason } from './line.ts';
export type { Locate, Location } from './location.ts';
export { cleanNames, SUBJECTS, type Subject } from './lookup.ts';
export {
  CLASS_METHODS,
  CUSTOM_EVENTS,
  type CustomEvents,
  customEventTreatment,
  DATA_CLASSES,
  type DataClass,
  type IpAddressPolicy,
  METHODS,
  type Method,
  type Policy,
  type PolicyRule,
  PRESETS,
  type Preset,
  presetPolicy,
  type RedactionName,
} from './policy.ts';
export { policyHash, policyName } from './policy-hash.ts';
export { IPV4_BITS, IPV6_BITS, parsePolicy, policySettings } from './policy-settings.ts';
export { type PseudonymKey, Pseudonyms } from './pseudonym.ts';
export { ENGINE, type Receipt } from './receipt.ts';
export { kindOf as kindOfSetting, quote as quoteSetting } from './setting-value.ts';
export { PolicyError, type PolicyProblem } from './settings-reader.ts';
export { stricterPolicy } from './stricter.ts';
