/** Words in names of properties and in messages that stand for persons and places to meet. */

/**
 * Properties that hold a person in some events and something technical in others, without separators. From SIP
 * (RFC 3261: From, To, remote party), schema.org (`Action`: agent, participant, recipient, sender), FHIR (`Reference`:
 * display; `actor`), and the vocabulary of SDKs for calls.
 */
export const PARTY_NAMES = `
  from to src dst who whom target nick handle alias avatar sender receiver recipient account display actor owner
  remoteparty localparty otherparty callingparty calledparty usertocall endpointid statsid uid userid peerid clientid
  socketid inviter invitee assignee activespeaker dominantspeaker destinataire destinatario expediteur remitente absender
  empfaenger empfänger
`;

/**
 * Nouns for persons at the end of a name, whatever is before them: `referringPhysician`. schema.org `Person` and
 * `CreativeWork`, FHIR (`Patient`, `Encounter`, `CareTeam`, `ServiceRequest`), SCIM (`manager`), SIP and call centers.
 */
export const PERSON_NOUNS = `
  visitor physician doctor nurse practitioner therapist clinician patient caregiver guardian spouse relative colleague
  teacher tutor student pupil learner instructor professor proctor examiner examinee interviewer interviewee applicant
  recruiter manager supervisor employee assignee approver reviewer requester lawyer attorney notary interpreter
  translator buyer seller courier rider passenger coach mentor mentee teammate opponent captain friend buddy neighbor
  organizer organiser cohost panelist owner author creator caller callee attendee invitee inviter guest member
  participant user person contact customer
`;

/** Occupations that O*NET-SOC (US Department of Labor) lists, and roles in votes, courts and shows. */
export const OCCUPATION_NOUNS = `
  accountant architect artist auctioneer auditor bidder cashier chairman chairperson chairwoman chef claimant clerk
  consultant contestant councillor counselor dancer debater defendant delegate dentist designer detective donor elector
  engineer firefighter founder guitarist intern journalist judge juror landlord lecturer librarian mayor mediator
  midwife musician narrator nominee officer optician paramedic pharmacist photographer pianist plaintiff plumber poet
  priest programmer prosecutor psychiatrist radiologist realtor referee scientist secretary senator singer soldier
  spokesperson sponsor surgeon technician tenant treasurer umpire usher violinist volunteer voter waiter waitress winner
  witness
`;

/** Words that end a name and ask for the name of somebody: `dialedName`, `chatAlias`. */
export const NAMING_WORDS = 'name nickname nick alias handle';
/** Words in front of `name` that are technical elsewhere. */
export const NAMED_WORDS =
  'stream candidate screen chat display call called calling dialed dialled speaker caller callee contact';

/** A `name`, `display` or `id` below one of these, or at the top of an event, is of a person. */
export const HOLDER_NOUNS =
  'stream publisher subscriber actor account endpoint sender receiver owner producer consumer user';
/** Messages of signaling, which one party sends to another: RFC 8829, XEP-0166, and the examples of W3C webrtc. */
export const MESSAGE_NOUNS =
  'offer answer candidate icecandidate sdp description signal message request response invite bye ack connection';

/** Places to meet, as a whole property (Agora, Twilio, SIP, XMPP). */
export const CHANNEL_NAMES = 'channel channelname channelid callsid roomsid meetingsid group groupname';

/** Nouns in front of a name in log messages. */
export const LOGGED_PERSONS =
  'participant attendee user member peer caller callee guest patient customer invitee moderator presenter';
/** The same for parts of a program, which may be named after a person. */
export const LOGGED_PARTIES =
  'subscriber publisher viewer listener client consumer producer receiver sender student teacher';
export const LOGGED_ROOMS = 'room meeting conference';
