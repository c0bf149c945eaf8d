import {
  CLASS_METHODS,
  DATA_CLASSES,
  type DataClass,
  type Policy,
  type Preset,
  parsePolicy,
  policySettings,
  presetPolicy,
} from '@rtcstats-server/privacy';
import { stringify } from 'yaml';

/** What somebody chose: a preset, and methods of classes where they are other ones. */
export interface Choice {
  readonly preset: Preset;
  readonly methods: Readonly<Partial<Record<DataClass, string>>>;
}

/** The method of a class under a choice. */
export function methodOf(choice: Choice, name: DataClass): string {
  return choice.methods[name] ?? presetMethod(choice.preset, name);
}

export function methodsOf(name: DataClass): readonly string[] {
  return CLASS_METHODS[name];
}

function presetMethod(preset: Preset, name: DataClass): string {
  const policy = presetPolicy(preset);
  return name === 'ipAddresses' ? policy.ipAddresses.method : policy.classes[name];
}

/** The choice with the method of one class; that of the preset is none of its own. */
export function withMethod(choice: Choice, name: DataClass, method: string): Choice {
  const { [name]: _, ...others } = choice.methods;
  return { ...choice, methods: method === presetMethod(choice.preset, name) ? others : { ...others, [name]: method } };
}

/** As `privacy` of the configuration, with nothing that the preset says already. */
export function settingsOf(choice: Choice): Record<string, unknown> {
  const order = DATA_CLASSES.filter((name) => choice.methods[name] !== undefined);
  return { preset: choice.preset, ...Object.fromEntries(order.map((name) => [name, choice.methods[name]])) };
}

export function policyOf(choice: Choice): Policy {
  return parsePolicy(settingsOf(choice));
}

/** What to put into rtcstats.yaml. */
export function yamlOf(settings: Record<string, unknown>): string {
  return stringify({ privacy: settings });
}

/** The settings of a policy that differ from those of its preset. */
export function ownSettings(policy: Policy): Record<string, unknown> {
  const usual = policySettings(presetPolicy(policy.preset));
  const own = Object.entries(policySettings(policy)).filter(
    ([name, value]) => name === 'preset' || JSON.stringify(value) !== JSON.stringify(usual[name]),
  );
  return Object.fromEntries(own);
}
