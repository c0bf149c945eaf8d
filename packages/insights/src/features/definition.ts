/** The type of a feature's value in JSON. Integers may have fractions if the dump was made by Chromium itself. */
export type FeatureType = 'integer' | 'number' | 'boolean' | 'string' | 'object';

/** What a feature is. The tables of features are the source of docs/features.md. */
export interface FeatureDefinition {
  readonly type: FeatureType;
  readonly unit?: string;
  readonly meaning: string;
}
