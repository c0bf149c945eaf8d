/** A call between two connections of the page, with video and a data channel. Resolves when it is connected. */
export async function startCall() {
  const caller = new RTCPeerConnection({ iceServers: [{ urls: 'stun:127.0.0.1:3478' }] });
  const callee = new RTCPeerConnection();
  for (const [from, to] of [
    [caller, callee],
    [callee, caller],
  ]) {
    from.addEventListener('icecandidate', ({ candidate }) => candidate && to.addIceCandidate(candidate));
  }
  // A canvas instead of a camera, for which each browser would need settings of its own.
  const canvas = document.createElement('canvas');
  const context = canvas.getContext('2d');
  let frame = 0;
  setInterval(() => context.fillRect(frame++ % 300, 0, 10, 100), 50);
  const stream = canvas.captureStream(20);
  for (const track of stream.getTracks()) caller.addTrack(track, stream);
  caller.createDataChannel('chat', { ordered: true });
  const connected = new Promise((resolve) => {
    caller.addEventListener('iceconnectionstatechange', () => caller.iceConnectionState === 'connected' && resolve());
  });
  await caller.setLocalDescription(await caller.createOffer());
  await callee.setRemoteDescription(caller.localDescription);
  await callee.setLocalDescription(await callee.createAnswer());
  await caller.setRemoteDescription(callee.localDescription);
  await connected;
  return { caller, callee };
}
