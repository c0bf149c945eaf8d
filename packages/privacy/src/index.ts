export { Anonymizer, type CompiledPolicy, compilePolicy } from './anonymizer.ts';
export { DumpAnonymizer } from './dump-anonymizer.ts';
export type { Finding, Verdict } from './finding.ts';
export { type CleanLine, DROP_REASONS, type DropReason } from './line.ts';
export {
  DATA_CLASSES,
  type DataClass,
  type IpAddressPolicy,
  METHODS,
  type Method,
  type Policy,
  PRESETS,
  type Preset,
  presetPolicy,
} from './policy.ts';
export { ENGINE, type Receipt } from './receipt.ts';
