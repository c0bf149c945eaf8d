import { sql } from 'kysely';
import type { Migrate } from './migration.ts';

/**
 * A view with the columns of the table that the server of the rtcstats project keeps, for tools that read it.
 * `blob_url` is the key in the storage. Times are instants where the engine has such a type, otherwise ISO 8601 texts.
 */
export const createRtcstatsServerView: Migrate = async (db, { engine }) => {
  await (engine === 'postgres' ? postgresView : sqliteView).execute(db);
};

const postgresView = sql`create view rtcstats_server as select
  started_at::timestamptz as created_at,
  started_at::timestamptz as session_start,
  ended_at::timestamptz as session_end,
  storage_key as blob_url,
  jsonb_build_object('state', state, 'origin', origin, 'userAgent', user_agent, 'closeCode', close_code,
    'messages', messages, 'bytes', bytes, 'storedBytes', stored_bytes) as metadata,
  id,
  user_name as rtcstats_user,
  conference as rtcstats_conference,
  session as rtcstats_session,
  host as host_identifier
from sessions`;
const sqliteView = sql`create view rtcstats_server as select
  started_at as created_at,
  started_at as session_start,
  ended_at as session_end,
  storage_key as blob_url,
  json_object('state', state, 'origin', origin, 'userAgent', user_agent, 'closeCode', close_code,
    'messages', messages, 'bytes', bytes, 'storedBytes', stored_bytes) as metadata,
  id,
  user_name as rtcstats_user,
  conference as rtcstats_conference,
  session as rtcstats_session,
  host as host_identifier
from sessions`;
