export { mappedIpv4, parseIpv6 } from './addresses/address.ts';
export { Anonymizer } from './anonymizer/anonymizer.ts';
export { type CompiledPolicy, compilePolicy } from './anonymizer/compiled-policy.ts';
export { DumpAnonymizer } from './anonymizer/dump-anonymizer.ts';
export { DELTA_BYTES } from './anonymizer/event-times.ts';
export { cleanNames, SUBJECTS, type Subject } from './anonymizer/lookup.ts';
export type { Handover } from './anonymizer/session-state.ts';
export { truncateUserAgent } from './classes/user-agent.ts';
export { PRIVACY_ERRORS, type PrivacyErrorCode } from './errors/errors.ts';
export { isApplicationEvent } from './events/event-names.ts';
export { anonymizeInternals } from './internals/internals-anonymizer.ts';
export { type Drift, type DriftEntry, DriftTally, type JsonType, NO_DRIFT } from './model/drift.ts';
export type { Finding, FindingClass, Verdict } from './model/finding.ts';
export { type CleanDump, type CleanLine, DROP_REASONS, type DropReason } from './model/line.ts';
export { LOCATION_DETAILS, type Locate, type Location, type LocationDetail } from './model/location.ts';
export { KEY_ROLES, ROLES, type Role, roleAt } from './model/roles.ts';
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
  type RuleMethod,
} from './policy/policy.ts';
export { policyHash, policyName } from './policy/policy-hash.ts';
export { IPV4_BITS, IPV6_BITS, parsePolicy, policySettings } from './policy/policy-settings.ts';
export { kindOf as kindOfSetting, quote as quoteSetting } from './policy/setting-value.ts';
export { PolicyError, type PolicyProblem } from './policy/settings-reader.ts';
export { stricterPolicy } from './policy/stricter.ts';
export { isPseudonym, type PseudonymKey, Pseudonyms } from './pseudonyms/pseudonym.ts';
export { ENGINE, type Receipt } from './receipt/receipt.ts';
