import type { Kysely, RawBuilder } from 'kysely';

export interface DeliveriesTable {
  readonly session_id: string;
  readonly state: string;
  readonly asked_by: string;
  readonly created_at: string;
  readonly updated_at: string;
  readonly attempts: number;
  readonly next_attempt_at: string | null;
  readonly assembling_at: string | null;
  /** 0 or 1. */
  readonly withdrawn: number;
  readonly remote_id: string | null;
  readonly url: string | null;
  readonly embed_url: string | null;
  /** JSON text. */
  readonly analysis: string | null;
  readonly last_status: number | null;
  readonly last_code: string | null;
  readonly claim: string | null;
  readonly claimed_until: string | null;
  /** The day (UTC) whose budget it was last counted in. */
  readonly budget_day: string | null;
}

/** How many deliveries of a day were begun. */
export interface ForwardDaysTable {
  readonly day: string;
  readonly used: number;
}

export interface EgressTable {
  readonly id: string;
  readonly session_id: string;
  readonly action: string;
  readonly started_at: string;
  readonly ended_at: string | null;
  readonly target: string;
  readonly asked_by: string;
  /** PostgreSQL hands 64 bit integers over as text. */
  readonly bytes: number | string;
  readonly sha256: string | null;
  readonly remote_id: string | null;
  readonly outcome: string;
}

type TextType = 'text' | RawBuilder<unknown>;

/** @param text the type of texts in this engine */
export async function createDeliveryTables(db: Kysely<unknown>, text: TextType): Promise<void> {
  await db.schema
    .createTable('deliveries')
    .addColumn('session_id', text, (column) => column.primaryKey())
    .addColumn('state', text, (column) => column.notNull())
    .addColumn('asked_by', text, (column) => column.notNull())
    .addColumn('created_at', text, (column) => column.notNull())
    .addColumn('updated_at', text, (column) => column.notNull())
    .addColumn('attempts', 'integer', (column) => column.notNull())
    .addColumn('next_attempt_at', text)
    .addColumn('assembling_at', text)
    .addColumn('withdrawn', 'integer', (column) => column.notNull())
    .addColumn('remote_id', text)
    .addColumn('url', text)
    .addColumn('embed_url', text)
    .addColumn('analysis', text)
    .addColumn('last_status', 'integer')
    .addColumn('last_code', text)
    .addColumn('claim', text)
    .addColumn('claimed_until', text)
    .addColumn('budget_day', text)
    .execute();
  await db.schema.createIndex('deliveries_by_due').on('deliveries').columns(['next_attempt_at']).execute();
  await db.schema.createIndex('deliveries_by_state').on('deliveries').columns(['state', 'created_at']).execute();
  await db.schema
    .createTable('forward_days')
    .addColumn('day', text, (column) => column.primaryKey())
    .addColumn('used', 'integer', (column) => column.notNull())
    .execute();
  await db.schema
    .createTable('egress')
    .addColumn('id', text, (column) => column.primaryKey())
    .addColumn('session_id', text, (column) => column.notNull())
    .addColumn('action', text, (column) => column.notNull())
    .addColumn('started_at', text, (column) => column.notNull())
    .addColumn('ended_at', text)
    .addColumn('target', text, (column) => column.notNull())
    .addColumn('asked_by', text, (column) => column.notNull())
    .addColumn('bytes', 'bigint', (column) => column.notNull())
    .addColumn('sha256', text)
    .addColumn('remote_id', text)
    .addColumn('outcome', text, (column) => column.notNull())
    .execute();
}
