/**
 * The columns of the tables that the feature extractor of the rtcstats project fills, in the order of its tables: name,
 * type, and default if there is one. A copy on purpose: a released migration must not change with the code. The keys
 * between the tables are in 007-feature-extractor.ts.
 */
export const FEATURE_COLUMNS = {
  features_metadata: `
    created_at timestamptz default now()
    start_time timestamptz
    url text
    origin text
    useragent text
    client_protocol text
    file_format smallint
    number_peerconnections smallint
    location_country text
    location_continent text
    location_city text`,
  features_client: `
    start_time timestamptz
    duration integer
    user_agent_data jsonb
    hardware_concurrency smallint
    device_memory smallint
    screen jsonb
    "window" jsonb
    called_get_user_media boolean default false
    called_get_user_media_audio boolean default false
    called_get_user_media_combined boolean default false
    called_get_user_media_video boolean default false
    called_get_display_media boolean default false
    called_get_display_media_audio boolean default false
    called_get_display_media_video boolean default false
    get_user_media_success_count integer default 0
    get_user_media_error_count integer default 0
    get_display_media_success_count integer default 0
    get_display_media_error_count integer default 0
    get_user_media_error text
    enumerate_devices_count integer default 0
    web_socket_connection_time integer
    reload_count integer
    audio_ended boolean default false
    audio_short_duration boolean default false
    video_ended boolean default false
    video_short_duration boolean default false
    cpu_performance smallint
    operating_system text
    audio_device_usb_id text
    video_device_usb_id text`,
  features_connection: `
    start_time timestamptz
    duration integer
    connection_identifier text
    number_of_events integer
    number_of_events_not_get_stats integer
    closed boolean
    ice_connected boolean default false
    using_ice_lite boolean default false
    ice_connection_time integer
    ice_restart boolean default false
    add_ice_candidate_failure text
    set_local_description_failure text
    set_remote_description_failure text
    connection_time integer
    dtls_version text
    connected boolean
    dtls_role text
    first_candidate_pair_local_address text
    first_candidate_pair_local_network_type text
    first_candidate_pair_local_relay_protocol text
    first_candidate_pair_local_protocol text
    first_candidate_pair_local_relay_url text
    first_candidate_pair_local_type text
    first_candidate_pair_local_type_preference integer
    first_candidate_pair_remote_address text
    first_candidate_pair_remote_type text
    gathered_host_candidate boolean
    gathered_mdns_candidate boolean
    gathered_srflx_candidate boolean
    gathered_turn_candidate boolean
    added_host_candidate boolean
    added_mdns_candidate boolean
    added_srflx_candidate boolean
    added_turn_candidate boolean
    configured_ice_servers integer
    configured_ice_transport_policy boolean
    configured_ice_servers_stun boolean
    configured_ice_servers_turns boolean
    configured_ice_servers_turn_udp boolean
    configured_ice_servers_turn_tcp boolean
    average_stun_round_trip_time double precision
    srtp_cipher text
    ice_restart_followed_by_set_remote_description boolean default false
    signaling_delay integer
    set_remote_description_delay integer
    set_remote_description_role text
    set_local_description_delay integer
    set_local_description_role text
    added_null_candidate boolean
    rtcstats_relay_location_continent text
    rtcstats_relay_location_country text
    rtcstats_relay_location_city text
    rtcstats_location_continent text
    rtcstats_location_country text
    rtcstats_location_city text
    rtcstats_peer_location_continent text
    rtcstats_peer_location_country text
    rtcstats_peer_location_city text
    average_inbound_bitrate double precision
    average_outbound_bitrate double precision
    added_connectable_ice_tcp_candidate boolean
    number_of_negotiations integer
    pending_negotiation_at_end boolean
    clock_skew integer
    stats_truncated boolean
    gathering_time_turn_udp integer
    gathering_time_turn_tcp integer
    gathering_time_turn_tls integer
    configured_bundle_policy text
    configured_always_negotiate_data_channels boolean`,
  features_track: `
    start_time timestamptz
    duration integer
    track_identifier text
    kind text
    direction text
    codec_mime_type text
    codec_sdp_fmtp_line text
    frame_count integer
    min_width integer
    max_width integer
    min_height integer
    max_height integer
    common_width integer
    common_height integer
    bandwidth_quality_limitation_percentage double precision
    cpu_quality_limitation_percentage double precision
    other_quality_limitation_percentage double precision
    quality_limitation_resolution_changes integer
    average_encode_time double precision
    average_decode_time double precision
    freeze_count integer
    total_freezes_duration double precision
    rid text
    encoding_index integer
    key_frame_count integer
    nack_count integer
    pli_count integer
    fir_count integer
    frames_dropped integer
    qp_sum integer
    psnr_measurements integer
    psnr_sum_y double precision
    psnr_sum_u double precision
    psnr_sum_v double precision
    encoder_implementation text
    power_efficient_encoder boolean
    decoder_implementation text
    power_efficient_decoder boolean
    jitter_buffer_delay double precision
    jitter_buffer_minimum_delay double precision
    jitter_buffer_target_delay double precision
    jitter_buffer_emitted_count integer
    total_processing_delay double precision
    frames_assembled_from_multiple_packets integer
    total_assembly_time double precision
    average_jitter_buffer_delay double precision
    average_processing_delay double precision
    average_assembly_time double precision
    packets_sent_with_ect1 integer
    packets_received_with_ect1 integer
    packets_received_with_ce integer
    packets_with_bleached_ect1_marking integer
    has_null_video_decoder boolean
    concealed_samples integer
    total_samples_received integer
    concealment_percentage double precision
    average_inter_frame_delay double precision
    jitter_buffer_flushes integer
    has_periodic_jitter_buffer_flushes boolean
    inserted_samples_for_deceleration integer
    removed_samples_for_acceleration integer
    deceleration_percentage double precision
    acceleration_percentage double precision
    time_to_first_frame integer`,
} as const;
