/** Which English words mean which genres? Concepts, the names that catalogues give them, and how people ask for them. */

/** A kind of work, whatever a catalogue calls it. */
export interface GenreConcept {
  /** What a catalogue may call it. */
  readonly names: string;
  /** What people say for it besides, in the singular where it has one. */
  readonly synonyms: string;
}

/** One line a concept; plurals of the last word are understood. */
export const GENRES: readonly GenreConcept[] = [
  { names: 'action', synonyms: 'action packed, actioner, shoot em up, martial arts, kung fu' },
  { names: 'adventure', synonyms: 'adventurous, swashbuckler, swashbuckling' },
  { names: 'animation, animated', synonyms: 'cartoon, anime, toon, animations, cartoonish' },
  {
    names: 'children, childrens, kids, family, kids and family, children and family',
    synonyms:
      'kid, child, childs, kiddie, family friendly, kid friendly, child friendly, toddler, for the whole family, little ones, kiddo',
  },
  {
    names: 'comedy, comedies, humor, humour',
    synonyms: 'comedic, funny, comic film, humorous, hilarious, laugh, laughs, slapstick, comical',
  },
  {
    names: 'crime',
    synonyms: 'gangster, mafia, mob, mobster, criminal, crime story, police procedural',
  },
  {
    names: 'documentary, documentaries, nonfiction, non fiction',
    synonyms: 'doc, docu, documentry, rockumentary, true life film',
  },
  { names: 'drama', synonyms: 'dramatic, melodrama, tearjerker, tear jerker, weepie, weepy' },
  { names: 'fantasy', synonyms: 'fantastical, sword and sorcery, fairy tale, fairytale' },
  { names: 'film noir, noir', synonyms: 'films noirs, films noir, noirish' },
  {
    names: 'horror',
    synonyms: 'scary, slasher, frightening, terrifying, spooky, creepy, scares, fright, scarefest',
  },
  { names: 'imax', synonyms: 'imax film' },
  { names: 'musical', synonyms: 'song and dance, sing along, broadway' },
  {
    names: 'mystery, mysteries',
    synonyms:
      'whodunit, whodunnit, who done it, detective, sleuth, murder mystery, murder mysteries, mysterious',
  },
  { names: 'romance, romantic', synonyms: 'love story, love stories, romances, lovey dovey' },
  {
    names: 'sci fi, science fiction, scifi, sf',
    synonyms: 'sci fis, science fictional, sciencefiction, syfy, space opera, sy fy, science fictions',
  },
  { names: 'thriller', synonyms: 'suspense, suspenseful, thrilling, thriler' },
  { names: 'war', synonyms: 'wartime, warfare, war film, combat' },
  { names: 'western', synonyms: 'cowboy, spaghetti western, wild west' },
  { names: 'biography, biographical, biopic', synonyms: 'bio pic, life story' },
  { names: 'history, historical', synonyms: 'period piece, costume drama' },
  { names: 'sport, sports', synonyms: 'sporting' },
  { names: 'superhero', synonyms: 'super hero, comic book, superheroes' },
  { names: 'news', synonyms: 'newscast' },
  { names: 'reality, reality tv', synonyms: 'reality show' },
  { names: 'short, short film', synonyms: 'short subject' },
  { names: 'rock', synonyms: 'rock and roll, rock n roll, rocknroll' },
  { names: 'alternative, alternative rock, alt rock', synonyms: 'alt' },
  { names: 'indie, indie rock', synonyms: 'independent' },
  { names: 'hard rock', synonyms: 'hardrock' },
  { names: 'grunge', synonyms: 'seattle sound' },
  { names: 'punk, punk rock', synonyms: 'pop punk' },
  { names: 'metal, heavy metal', synonyms: 'thrash, death metal, black metal' },
  { names: 'pop', synonyms: 'synth pop, synthpop, electropop' },
  {
    names: 'hip hop, hiphop, rap, hip hop and rap, rap and hip hop',
    synonyms: 'rapper, trap, gangsta rap, boom bap',
  },
  { names: 'r and b, rnb, rhythm and blues', synonyms: 'r n b, r b' },
  { names: 'soul', synonyms: 'motown, neo soul' },
  { names: 'funk', synonyms: 'funky' },
  { names: 'jazz', synonyms: 'jazzy, bebop, swing, bop' },
  { names: 'blues', synonyms: 'bluesy, delta blues' },
  { names: 'folk', synonyms: 'folksy, folk song' },
  { names: 'country', synonyms: 'country and western, bluegrass, honky tonk' },
  { names: 'reggae', synonyms: 'dub, ska, dancehall' },
  { names: 'classical', synonyms: 'classical music, symphony, symphonic, orchestral, baroque' },
  { names: 'opera', synonyms: 'operatic, aria' },
  { names: 'electronic, electronica, edm, electro', synonyms: 'electronic music, dance music' },
  { names: 'techno', synonyms: 'detroit techno' },
  { names: 'house', synonyms: 'deep house, house music' },
  { names: 'dance', synonyms: 'club music' },
  { names: 'trip hop', synonyms: 'triphop, downtempo' },
  { names: 'drum and bass', synonyms: 'drum n bass, dnb, jungle' },
  { names: 'ambient', synonyms: 'ambient music, drone' },
  { names: 'new age', synonyms: 'meditation music' },
  { names: 'lo fi, lofi', synonyms: 'low fi' },
  { names: 'disco', synonyms: 'discotheque' },
  { names: 'latin', synonyms: 'salsa, bossa nova, bachata, cumbia' },
  { names: 'world, world music', synonyms: 'afrobeat' },
  { names: 'gospel', synonyms: 'spiritual' },
  { names: 'soundtrack, soundtracks, score', synonyms: 'film music, film score, movie score, ost' },
  { names: 'singer songwriter', synonyms: 'singer songwriters, songwriter' },
  { names: 'shoegaze', synonyms: 'dream pop, dreampop' },
  { names: 'post punk', synonyms: 'postpunk' },
  { names: 'new wave', synonyms: 'newwave' },
  { names: 'instrumental', synonyms: 'without vocals, no vocals, no lyrics' },
  { names: 'acoustic', synonyms: 'unplugged' },
];

/** Words that name several genres at once; `|` stands between concepts, by one of their names. */
export const BLENDS: readonly (readonly [phrases: string, concepts: string])[] = [
  ['rom com, romcom, romantic comedy, romantic comedies, rom coms, romcoms, romedy', 'romance|comedy'],
  ['dramedy, dramedies, comedy drama, comedy dramas, tragicomedy, tragicomedies', 'comedy|drama'],
  ['docudrama, docudramas, docu drama', 'documentary|drama'],
  ['zom com, zom rom com, horror comedy, horror comedies', 'horror|comedy'],
  ['mockumentary, mockumentaries', 'documentary|comedy'],
  ['romantic drama, romantic dramas', 'romance|drama'],
];
