import { describeTrack, Recorder } from '../../../packages/console/src/try-it/recorder.ts';
import type { Measured, ParticipantOptions, ParticipantPage, Signal } from './interface.ts';
import { Measurements } from './measurements.ts';

/** Set by the bench: hands a message to the signaling server. */
declare const sendSignal: (message: string) => Promise<void>;

const CANVAS_FRAME_MS = 66;

/** One side of a call, recorded like an application with rtcstats-js. */
export class Participant implements ParticipantPage {
  readonly #options: ParticipantOptions;
  readonly #recorder: Recorder;
  readonly #connection: RTCPeerConnection;
  readonly #measurements = new Measurements();
  readonly #early: RTCIceCandidateInit[] = [];
  readonly #leaked: RTCPeerConnection[] = [];
  #tracks: MediaStreamTrack[] = [];
  #camera: RTCRtpSender | undefined;

  constructor(options: ParticipantOptions) {
    this.#options = options;
    this.#recorder = new Recorder(options.gateway);
    this.#describeClient();
    this.#connection = this.#connect('PC_0');
  }

  async openDevices(): Promise<string | null> {
    const { audio, video, blackCanvas } = this.#options;
    const constraints = { audio, video: blackCanvas ? false : video } as MediaStreamConstraints;
    if (audio === false && video === false) return null;
    try {
      const stream = await this.#recorder.call(
        'navigator.mediaDevices.getUserMedia',
        constraints,
        () => navigator.mediaDevices.getUserMedia(constraints),
        (result) => result.getTracks().map((track) => describeTrack(track, result)),
      );
      this.#tracks = stream.getTracks();
    } catch (error) {
      return (error as DOMException).name;
    }
    if (blackCanvas) this.#tracks.push(blackTrack());
    for (const track of this.#tracks) {
      track.addEventListener('ended', () => this.#recorder.record('MediaStreamTrack.onended', null, track.id));
    }
    return null;
  }

  addMedia(): void {
    if (this.#tracks.length === 0) this.#openChannel();
    const together = new MediaStream();
    for (const track of this.#tracks) {
      const stream = this.#options.separateStreams ? new MediaStream() : together;
      stream.addTrack(track);
      const sender = this.#connection.addTrack(track, stream);
      if (track.kind === 'video') this.#camera = sender;
    }
    this.#preferCodecs();
  }

  async offer(): Promise<void> {
    await this.#connection.setLocalDescription(await this.#connection.createOffer());
    await this.#sendDescription();
  }

  /** Errors are recorded by the recorder, and the call goes on as far as it can. */
  async receive(signal: Signal): Promise<void> {
    try {
      if (signal.type === 'candidate') await this.#addCandidate(signal.candidate);
      else await this.#addDescription(signal.description);
    } catch {
      // An application that logs the error, and nothing else.
    }
  }

  muteMicrophone(muted: boolean): void {
    for (const track of this.#tracks) if (track.kind === 'audio') track.enabled = !muted;
  }

  async turnCameraOff(): Promise<void> {
    for (const track of this.#tracks) if (track.kind === 'video') track.stop();
    this.#recorder.record('replaceTrack', 'PC_0', null);
    await this.#camera?.replaceTrack(null);
  }

  async turnCameraOn(): Promise<void> {
    const { video } = this.#options;
    const stream = await this.#recorder.call(
      'navigator.mediaDevices.getUserMedia',
      { video },
      () => navigator.mediaDevices.getUserMedia({ video } as MediaStreamConstraints),
      (result) => result.getTracks().map((track) => describeTrack(track, result)),
    );
    const track = stream.getVideoTracks()[0]!;
    this.#tracks.push(track);
    this.#recorder.record('replaceTrack', 'PC_0', describeTrack(track, stream));
    await this.#camera?.replaceTrack(track);
  }

  async hold(held: boolean): Promise<void> {
    for (const transceiver of this.#connection.getTransceivers())
      transceiver.direction = held ? 'inactive' : 'sendrecv';
    await this.offer();
  }

  async leakConnections(count: number): Promise<void> {
    for (let index = 1; index <= count; index++) {
      const connection = this.#connect(`PC_${index}`);
      this.#leaked.push(connection);
      connection.createDataChannel('leak');
      await connection.setLocalDescription(await connection.createOffer());
    }
  }

  delayAudio(milliseconds: number): void {
    for (const receiver of this.#connection.getReceivers()) {
      if (receiver.track.kind === 'audio') Object.assign(receiver, { jitterBufferTarget: milliseconds });
    }
  }

  measured(): Measured {
    return this.#measurements.result();
  }

  async hangUp(): Promise<number> {
    if (this.#connection.signalingState !== 'closed') this.#connection.close();
    for (const track of this.#tracks) track.stop();
    return await this.#recorder.end();
  }

  #connect(scope: string): RTCPeerConnection {
    const { iceServers } = this.#options;
    const configuration: RTCConfiguration = { bundlePolicy: 'max-bundle', iceServers: [...iceServers] };
    const connection = new RTCPeerConnection(configuration);
    // Like rtcstats-js, without the password of the TURN server.
    const recorded = iceServers.map(({ credential: _, ...server }) => server);
    this.#recorder.watch(connection, scope, { ...configuration, iceServers: recorded });
    if (scope !== 'PC_0') return connection;
    connection.addEventListener('icecandidate', ({ candidate }) => {
      if (candidate !== null) void sendSignal(JSON.stringify({ type: 'candidate', candidate: candidate.toJSON() }));
    });
    connection.addEventListener('track', ({ track }) => this.#measurements.watch(connection, track));
    return connection;
  }

  async #addCandidate(candidate: RTCIceCandidateInit): Promise<void> {
    if (this.#connection.remoteDescription === null && !this.#options.impatient) this.#early.push(candidate);
    else await this.#connection.addIceCandidate(candidate);
  }

  async #addDescription(description: RTCSessionDescriptionInit): Promise<void> {
    await this.#connection.setRemoteDescription(description);
    const candidates = this.#early.splice(0).map((candidate) => this.#connection.addIceCandidate(candidate));
    if (description.type === 'offer') {
      this.#preferCodecs();
      for (const transceiver of this.#connection.getTransceivers()) {
        if (transceiver.receiver.track.kind === this.#options.answersRecvonly) transceiver.direction = 'recvonly';
      }
      await this.#connection.setLocalDescription(await this.#connection.createAnswer());
      await this.#sendDescription();
    }
    await Promise.all(candidates);
  }

  async #sendDescription(): Promise<void> {
    const { type, sdp } = this.#connection.localDescription!;
    await sendSignal(JSON.stringify({ type: 'description', description: { type, sdp } }));
  }

  #preferCodecs(): void {
    const wanted = this.#options.videoCodecs;
    if (wanted === null) return;
    const codecs = RTCRtpReceiver.getCapabilities('video')!.codecs.filter(({ mimeType }) => wanted.includes(mimeType));
    for (const transceiver of this.#connection.getTransceivers()) {
      if (transceiver.receiver.track.kind === 'video') transceiver.setCodecPreferences(codecs);
    }
  }

  #openChannel(): void {
    const channel = this.#connection.createDataChannel('chat', { negotiated: true, id: 0 });
    channel.addEventListener('open', () => {
      setInterval(() => channel.readyState === 'open' && channel.send('hello'), 100);
    });
  }

  #describeClient(): void {
    const { userAgentData } = navigator as { userAgentData?: { toJSON(): unknown } };
    this.#recorder.record('create', null, {
      hardwareConcurrency: navigator.hardwareConcurrency,
      userAgentData: userAgentData?.toJSON() ?? null,
    });
  }
}

function blackTrack(): MediaStreamTrack {
  const canvas = document.createElement('canvas');
  [canvas.width, canvas.height] = [320, 240];
  const pen = canvas.getContext('2d')!;
  let count = 0;
  const draw = (): void => {
    // Two shades that nobody can tell apart, so that each drawing gives a frame.
    pen.fillStyle = count++ % 2 === 0 ? '#000000' : '#010101';
    pen.fillRect(0, 0, canvas.width, canvas.height);
  };
  draw();
  setInterval(draw, CANVAS_FRAME_MS);
  return canvas.captureStream().getVideoTracks()[0]!;
}
