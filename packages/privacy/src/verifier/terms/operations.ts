/**
 * Verbs for what programs do. Their inflections count as well: `connects`, `connected`, `connecting`.
 */

/** First words of the names of methods in Web IDL (`addTrack`, `removeEventListener`). */
export const WEB_OPERATIONS = `
  abort active add adopt advance after alert allocation allow animate animations any append apply array assert assign
  assigned atob attach back before begin bezier bind blend blob blur bound btoa buffer bytes can cancel capture caret
  change check clear click client clip clone close closest collapse color commit compare compile complete composed
  computed configure confirm connect consolidate contains continue convert copy count create databases debug decode
  decoding decrypt define delete depth derive deselect destroy detach digest disable disablei disconnect dispatch draw
  element elements ellipse empty enable enablei encode encoding encrypt end enqueue entries enumerate equals error
  estimate evaluate exec execute exit exponential export extend extract fast fence fetch file fill find finish first
  flush focus for force form forward framebuffer from front generate get grab group handle has hide hint import
  includes index info init initialize insert intercept intersects invalidate inverse invert item iterate java json key
  keys last line linear link load lock log lookup lose lower map match matches matrix measure min modify move multiply
  named navigate new next normalize now object observe only open override parent parse pause permission persist
  persisted pipe pixel play polygon pop post pre prepend prevent previous print prompt push put quadratic query queue
  random read rect redirect refresh register release reload remove renderbuffer replace report request reset resize
  resolve respond restart restore resume retry reverse revoke rotate round sample sampler save scale scissor scroll
  seek select send serialize set shader share show sign signal skew skip slice snapshot sort speak split start stencil
  step stop store stream stroke structured sub submit subscribe substring supports surround suspend table take
  terminate test text throw time timeout toggle trace transaction transfer transform translate traverse truncate type
  unconfigure uniform unlock unmap unobserve unpause unregister unsubscribe unsuspend unwrap update upgrade upper use
  user validate values verify vertex vibrate viewport wait warn watch webkit when wrap write writeln yield
`;

/**
 * Verbs of signaling and of the APIs for calls: RFC 3261 (SIP), RFC 8829 (JSEP), RFC 8838 (trickle ICE), XEP-0166
 * (Jingle), socket.io, mediasoup, LiveKit, Janus, Android Telecom.
 */
export const CALL_OPERATIONS = `
  accept acquire activate adapt adjust answer arrive assemble attempt authenticate authorize await ban block boot
  broadcast build call charge choose collect consume control cut degrade deliver deny deprecate dial discard dismiss
  download drop edit elapse emit encounter enter establish exceed exhaust exist expire fail fall flag freeze gather
  hang happen hold idle ignore impair initiate install invite join kick launch leave limit list live mute negotiate
  notify occur offer operate overload pair park pin poll possess present process produce promote provision publish
  pull raise reach react reboot receive reconnect record recover reduce refuse reinvite reject relay render
  renegotiate renew reply reserve restrict retire ring run schedule screen sleep slow spotlight stall supply support
  switch sync talk tear throttle track transcode transmit trickle trigger try turn understand unmute unpin unpublish
  upload visit wake warm work
`;
