/** Names of settings whose values are technical, in the event `identity`: the last word of the name decides. */
const LONG_WORD =
  /(?:bit[_-]?rates?|codecs?|resolutions?|frame[_-]?rates?|width|height|bandwidth|layers?|simulcast|scalability[_-]?mode|mime[_-]?type|payload[_-]?types?|preference[_-]?order|degradation[_-]?preference|content[_-]?hint|regions?|data[_-]?center|environment|deployment|transport|protocol|semantics|timeout|interval|retries|threshold|quality|enabled|disabled|supported|locale|language|platform|browser|sample[_-]?rate|release[_-]?num)$/i;
/** Words that are also the end of others (`photos`), so they are the whole name or come after a separator. */
const SHORT_WORD =
  /(?:^|[_-])(?:fps|svc|shard|zone|env|policy|delay|limit|count|max|min|mode|level|format|lang|os|engine|ports?|ttl)$/i;

/** Whether a property of this name holds a technical setting. */
export function isSettingKey(key: string): boolean {
  return LONG_WORD.test(key) || SHORT_WORD.test(key);
}
