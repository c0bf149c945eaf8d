import { z } from 'zod';

/** `list`: separated by commas; `textOrList`: a text that may hold commas, or a list in JSON. */
export type SettingKind = 'text' | 'number' | 'boolean' | 'list' | 'textOrList';

/** What a setting says about itself: help, messages and documentation are made from it. */
export interface SettingInfo {
  /** What it does, in a sentence or two, for the operator. */
  readonly help: string;
  readonly unit?: string;
  /** What may be set, where the type does not say it. */
  readonly allowed?: string;
  /** Shown in place of a default that differs from machine to machine or depends on another setting. */
  readonly defaultText?: string;
  /** Never printed, logged or quoted. */
  readonly secret?: boolean;
  /** How a text becomes a value, where the type does not say it. */
  readonly kind?: SettingKind;
  /** Has no environment variable: no single line could hold it. */
  readonly fileOnly?: boolean;
}

export const settingInfo = z.registry<SettingInfo>();

export const NETWORKS_ALLOWED = 'a list of IP addresses and CIDR blocks, such as 10.0.0.0/8 or 2001:db8::/32';
