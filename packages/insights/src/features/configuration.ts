import { flagOf, member, present, textOf } from './values.ts';

/**
 * Features of a connection that come from its configuration.
 *
 * @param configuration the RTCConfiguration in the first `create` event; may be anything
 */
export function configurationFeatures(configuration: unknown) {
  const servers = member(configuration, 'iceServers');
  return {
    ...(Array.isArray(servers) && serverFeatures(servers, configuration)),
    ...present({
      configuredBundlePolicy: textOf(member(configuration, 'bundlePolicy')),
      configuredAlwaysNegotiateDataChannels: flagOf(member(configuration, 'alwaysNegotiateDataChannels')),
    }),
  };
}

function serverFeatures(servers: readonly unknown[], configuration: unknown) {
  const urls = servers.flatMap((server) => member(server, 'urls')).filter((url) => typeof url === 'string');
  const turn = urls.filter((url) => url.startsWith('turn:'));
  return present({
    configuredIceServers: servers.length,
    configuredIceTransportPolicy: member(configuration, 'iceTransportPolicy') === 'relay',
    configuredIceServersStun: urls.some((url) => url.startsWith('stun:')) || undefined,
    configuredIceServersTurns: urls.some((url) => url.startsWith('turns:')) || undefined,
    // A turn: URL without transport counts as neither, although UDP is its default.
    configuredIceServersTurnUdp: turn.some((url) => url.endsWith('?transport=udp')) || undefined,
    configuredIceServersTurnTcp: turn.some((url) => url.endsWith('?transport=tcp')) || undefined,
  });
}
