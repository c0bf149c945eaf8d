/** The first line of every dump, and the version that the second one names. */
export const DUMP_HEAD = 'RTCStatsDump';
export const FILE_FORMAT = 3;
