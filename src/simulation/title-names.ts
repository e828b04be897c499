/** What are the titles of a simulated world called? Unique names of two or three words and no year. */

import type { RandomStream } from '../index.ts';

const ADJECTIVES = `Silent Crimson Broken Golden Hidden Last Distant Burning Frozen Hollow Restless Gentle
  Savage Midnight Electric Forgotten Scarlet Lonely Velvet Wandering Bitter Radiant Secret Wild Endless Fallen
  Quiet Painted Stolen Sacred Crooked Emerald Fearless Fading Silver Reckless Shattered Borrowed Invisible Northern
  Southern Ancient Paper Iron Tender Vanishing Bright Blind Second Perfect Ordinary Impossible Hungry Drifting
  Unspoken Faithful Tangled Weathered Sleepless Patient Curious Twilight Glass Copper`;

const PLACES = `Marseille Kyoto Lisbon Havana Cairo Oslo Naples Bombay Vienna Prague Tangier Santiago Dakar Seoul
  Odessa Galway Valencia Trieste Bruges Salzburg Montreal Savannah Memphis Nairobi Athens Istanbul Warsaw Dublin
  Porto Samarkand Zanzibar Cordoba Geneva Helsinki Lima Manila Tbilisi Bergen Palermo Reykjavik`;

/** Nouns that suggest the first genre of a title, in the order of the genres. */
const NOUNS: readonly string[] = [
  'Strike Pursuit Vendetta Fury Commando Target Fugitive Payback Siege Ambush Trigger Cobra',
  'Expedition Voyage Island Treasure Compass River Summit Caravan Jungle Horizon Passage Lagoon',
  'Robot Dragon Lantern Puppet Owl Cloud Tiger Balloon Whale Firefly Teapot Sparrow',
  'Puppy Birthday Circus Treehouse Bear Summer Kitten Playground Bicycle Rabbit Pancake Snowman',
  'Wedding Neighbour Roommate Vacation Uncle Holiday Reunion Butler Bachelor Landlord Waiter Cousin',
  'Heist Alibi Syndicate Informer Verdict Getaway Boss Witness Racket Accomplice Ransom Detective',
  'Ocean Archive Glacier Portrait Factory Election Harvest Reef Migration Museum Border Workshop',
  'Daughter Harbour Orchard Letter Winter Inheritance Garden House Season Promise Teacher Bridge',
  'Kingdom Crown Prophecy Wizard Sword Oracle Forest Enchantment Throne Phoenix Mirror Castle',
  'Shadow Alley Dame Cigarette Staircase Raincoat Nocturne Stranger Pier Blackmail Detour Saxophone',
  'Grave Scream Crypt Haunting Cellar Asylum Ritual Doll Curse Possession Swamp Vampire',
  'Melody Stage Chorus Serenade Cabaret Rhythm Overture Ballroom Carnival Encore Orchestra Song',
  'Riddle Cipher Disappearance Manor Keyhole Clue Portrait Alcove Suspect Labyrinth Envelope Clock',
  'Kiss Lover Valentine Sonnet Bride Affair Rendezvous Rose Heart Embrace Waltz Proposal',
  'Orbit Android Nebula Colony Starship Signal Quantum Galaxy Eclipse Machine Satellite Singularity',
  'Conspiracy Hostage Silence Deception Obsession Assassin Countdown Stalker Betrayal Threat Motive Edge',
  'Battalion Trench Armistice Regiment Bunker Convoy Medal Squadron Frontline Barracks Bugle Submarine',
  'Canyon Sheriff Outlaw Saddle Mesa Gunslinger Prairie Stagecoach Rancher Saloon Mustang Bounty',
];

/**
 * A unique name for each title. A combination that is taken is drawn anew, and after eight tries becomes a sequel
 * ("Crimson Orchard II"). Cost: about one hash look-up per title.
 *
 * @param firstGenres the number of each title's first genre.
 */
export function titleNames(firstGenres: ArrayLike<number>, random: RandomStream): string[] {
  const adjectives = ADJECTIVES.split(/\s+/);
  const places = PLACES.split(/\s+/);
  const nouns = NOUNS.map((line) => line.split(' '));
  const pick = (list: readonly string[]) => list[random.below(list.length)];
  const combine = (genre: number) => {
    const pattern = random.below(4);
    const noun = pick(nouns[genre]);
    if (pattern === 0) return `${pick(adjectives)} ${noun}`;
    if (pattern === 1) return `The ${pick(adjectives)} ${noun}`;
    if (pattern === 2) return `${noun} of ${pick(places)}`;
    return `${pick(adjectives)} ${noun} of ${pick(places)}`;
  };

  const parts = new Map<string, number>();
  return Array.from(firstGenres, (genre) => {
    let name = combine(genre);
    for (let tries = 1; tries < 8 && parts.has(name); tries++) name = combine(genre);
    const part = (parts.get(name) ?? 0) + 1;
    parts.set(name, part);
    return part === 1 ? name : `${name} ${roman(part)}`;
  });
}

function roman(number: number): string {
  const units = ['', 'I', 'II', 'III', 'IV', 'V', 'VI', 'VII', 'VIII', 'IX'];
  return 'X'.repeat(Math.floor(number / 10)) + units[number % 10];
}
