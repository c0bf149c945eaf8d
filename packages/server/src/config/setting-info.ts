import { z } from 'zod';

/** `list`: separated by commas; `textOrList`: a text that may hold commas, or a list in JSON. */
export type SettingKind = 'text' | 'number' | 'boolean' | 'list' | 'textOrList';

/** The description of a setting, from which help, messages and documentation are generated. */
export interface SettingInfo {
  /** The effect of the setting, in a sentence or two, for operators. */
  readonly help: string;
  readonly unit?: string;
  /** The allowed values, where the type does not define them. */
  readonly allowed?: string;
  /** Shown in place of a default that differs from machine to machine or depends on another setting. */
  readonly defaultText?: string;
  /** Never printed, logged or quoted. */
  readonly secret?: boolean;
  /** A URL: user name, password, query and fragment are not printed, logged or quoted. */
  readonly url?: boolean;
  /** How text is converted to a value, where the type does not define it. */
  readonly kind?: SettingKind;
  /** Has no environment variable, because its value does not fit on one line. */
  readonly fileOnly?: boolean;
}

export const settingInfo = z.registry<SettingInfo>();

export const NETWORKS_ALLOWED = 'a list of IP addresses and CIDR blocks, such as 10.0.0.0/8 or 2001:db8::/32';
