import { phraseList, wordList } from './word-list.ts';

/**
 * Words for where somebody is (OIDC `address`, vCard ADR and GEO, schema.org `PostalAddress`, FHIR `Address`, the W3C
 * Geolocation API). Countries, continents, time zones and regions of data centers are left out on purpose.
 */
export const PLACES: ReadonlySet<string> = wordList(`
  latitude longitude lat lng lon altitude geo geolocation coordinate coord gps street streetaddress postalcode postcode
  zip zipcode city town village suburb district locality county municipality geohash plz strasse stadt hausnummer
  standort adresse stadtteil ort neighborhood neighbourhood quartier barrio indirizzo
  postleitzahl anschrift wohnort rue ville codepostal calle ciudad codigopostal direccion citta
`);

/** Whole property names of places. */
export const PLACE_PHRASES: ReadonlySet<string> = phraseList(`
  street address, street name, address line, address street, house number, postal address, postal code, zip code,
  home address, work address, billing address, shipping address, mailing address, formatted address, geo location,
  geo point, lat lng, lat lon, lat long, home town, birth place, code postal, codigo postal, ip location, place of birth,
  building, floor number, room number, apartment, po box, what3words, plus code, current location, user location,
  last location
`);
