import { wordList } from './word-list.ts';

/**
 * Persons by what they do. Source: the major groups of ISCO-08 (ILO), and roles in votes, courts, lessons and games.
 */
export const OCCUPATIONS: ReadonlySet<string> = wordList(`
  accountant actress ambassador analyst anchorman anesthetist announcer architect artist assistant astronomer athlete
  attendant auctioneer auditor babysitter baker banker barber bidder biologist bookkeeper borrower
  butcher campaigner cardiologist carer carpenter cashier celebrant chairman chairperson chairwoman challenger chef
  chemist chiropractor claimant cleaner clerk collaborator columnist comedian commentator commissioner compere
   concierge conductor contestant contractor councillor counsel curator dancer debater debtor defendant
  delegate dermatologist designer detective dietitian donor drummer economist elector electrician engineer entertainer
  entrepreneur evaluator executive facilitator farmer financier firefighter fisherman florist founder freelancer
  gambler gamer gardener geologist governor graduate guitarist hairdresser headmaster helpdesk historian homeowner
  hygienist immigrant  insurer intern inventor investor janitor jeweler journalist judge juror landlady
  landlord lecturer lender librarian lobbyist locksmith magician mayor mechanic mediator minister moderatrice musician
  narrator neurologist nominee novelist nutritionist officer optician orator organist orthodontist painter
  parliamentarian paymaster pediatrician pensioner petitioner photographer pianist plaintiff playmaker plumber
  podcaster poet politician postman preacher president priest programmer promoter prosecutor psychiatrist radiologist
  realtor referee registrar reservist retailer retiree reverend scholar scientist scorekeeper secretary senator
  sergeant shareholder sheriff shopper singer skipper socialworker soldier soloist songwriter spectator speechwriter
  spokesperson sponsor statistician steward stockholder storyteller striker surveyor suspect tailor technician tenant
   treasurer truckdriver umpire undersigned undertaker usher veterinarian vicar violinist vlogger vocalist
  volunteer voter waiter waitress warden welder winner witness
`);

/** Nouns that end like those for persons, but stand for parts of programs and machines, for measures and qualities. */
export const MACHINES: ReadonlySet<string> = wordList(`
  accelerometer acceptor accumulator adapter adaptor after aggregator allocator allowlist alter amplifier analyser
  analyzer anchor answer assist author banner barrier behavior better bigger blacklist blocklist boolean
  border broker buffer builder bumper bundler carrier cartesian center chapter character checker checklist cluster
  collector color committee comparator compiler composer computer connector consider consist consumer container
  controller converter cooler counter cover cursor decoder deeper degree denylist descriptor detector diameter
  dispatcher divider docker door downloader driver dropper editor elevator emitter encoder endian enter
  equalizer error estimator executor exist explorer exporter extractor factor farther fastener faster fee fetcher
  fever fiber filler filter finder finger fixer flavor floor folder footer formatter former free gaussian generator
  greater grouper guarantee guardian handler header helper higher holder hover hyper identifier importer indicator
  infer injector inner inspector integer interceptor interior interpreter invoker iterator joiner keeper kernel
  laplacian larger later latter launcher layer ledger letter lever linker linter list liter loader locator locker
  logger longer lower mailinglist mapper marker master matter measure median member merger meter minifier
  minor mirror mixer modifier monitor motor mutator navigator negotiator never newer newsletter notifier
  number observer offer older operator optimizer orchestrator order other outer over packer paginator paper parameter
  parser perimeter persist picker placeholder planner playlist plotter pointer poller pooler popper poster
  power prefer presenter primer printer prior processor producer profiler projector prompter protector prover provider
  proxier quarter queuer rather ratio reader receptor recorder reducer refer register remainder reminder remover
  render renderer repeater replicator reporter resampler resist resolver resonator responder restorer retriever router
  runner sampler saver scaler scanner scheduler scraper see selector semaphore sensor separator sequencer serializer
  server setter shader shorter shutter simulator sizer slider slower smaller smoother sniffer sorter spacer spinner
  splitter starter stopper super supervisor switcher synthesizer tester thermometer thinner three ticker timer
  tokenizer tracer tracker trailer trainer transceiver transcoder transducer transfer transformer transistor
  translator transmitter transponder tree trigger tuner twist under unloader updater uploader upper user
  validator vector verifier viewer visor wafer watcher water weather whether whitelist wider wiper wishlist
  worker wrapper writer younger zipper
`);
const AGENT = /^[a-z]{2,24}(?:er|or|ee|ist|ian)$/;

/** Whether the word has the form of a noun for somebody who does something: `voter`, `violinist`. */
export function isAgentNoun(word: string): boolean {
  return OCCUPATIONS.has(word) || (word.length >= 5 && AGENT.test(word) && !MACHINES.has(word));
}
