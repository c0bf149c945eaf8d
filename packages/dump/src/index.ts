export { DescriptionDecompressor } from './description.ts';
export { DUMP_ERRORS, DumpError, type DumpErrorCode } from './errors.ts';
export { type DumpEvent, decodeEvent, EventClock, type EventContent, isTime, timeAfter } from './event.ts';
export {
  IDENTITY_FIELDS,
  type IdentityField,
  identityOfLine,
  MAX_IDENTIFIER_LENGTH,
  NOBODY,
  type SessionIdentity,
} from './identity.ts';
export {
  type InternalsDump,
  type InternalsPeerConnection,
  type InternalsSeries,
  type InternalsUpdate,
  isInternalsDump,
  MAX_INTERNALS_BYTES,
  readInternalsDump,
} from './internals.ts';
export { internalsEvents, internalsMetadata } from './internals-events.ts';
export { type InternalsPeriod, internalsPeriod } from './internals-times.ts';
export { type DumpKind, KIND_BYTES, kindOf } from './kind.ts';
export { concatenate, type Line, LineSplitter, MAX_LINE_BYTES, readLines } from './lines.ts';
export { DUMP_HEAD, type DumpMetadata, FILE_FORMAT } from './metadata.ts';
export {
  type Code,
  type MethodName,
  methodCode,
  methodName,
  type StatsType,
  statsPropertyCode,
  statsPropertyName,
  statsTypeCode,
  statsTypeName,
} from './names.ts';
export { type EventReader, openEvents } from './open-events.ts';
export { DumpReader, type DumpReaderOptions } from './reader.ts';
export { type ByteStream, type DumpSource, dumpBytes, peekBytes, withoutByteOrderMark } from './source.ts';
export { isFullStats, StatsDecompressor, type StatsReport, type StatsReports } from './stats.ts';
export { LISTED_IDS, mergedValue, StatsDelta } from './stats-delta.ts';
export { StatsProperties } from './stats-properties.ts';
export {
  DECODE_ONLY_METHODS,
  DECODE_ONLY_STATS_PROPERTIES,
  METHOD_CODES,
  PROTOCOL,
  STATS_PROPERTY_CODES,
  STATS_TYPE_CODES,
} from './tables.ts';
export { type DumpSink, DumpWriter, type WritableEvent } from './writer.ts';
