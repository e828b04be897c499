/** Which words carry no wish of their own? Those of asking, of grammar, and the names of what is asked for. */

/** What a catalogue holds, in any trade; the plural is understood. */
export const THINGS = `album, anything, artist, band, book, choice, cinema, entry, everything, example,
  feature, film, flick, game, item, movie, music, novel, one, option, pic, pick, picture, podcast, rec,
  recommendation, recommendations, record, recs, release, result, series, show, something, song, story,
  stuff, suggestion, suggestions, tale, thing, title, track, tune, work, anything else, feature film,
  motion picture, something else`;

/** Words of asking and of grammar. */
export const FILLERS = `a, about, acclaimed, actually, adore, adored, adores, after, afternoon, again,
  ages, all, already, also, although, am, amazing, an, and, another, any, anyone, anything, are, arent,
  around, as, ask, asked, asking, at, aunt, available, avoid, ayo, alexa, awesome, basically, be, because, been,
  before, being, best, between, bit, blend, bored, boss, both, boyfriend, brilliant, bro, brother, buddy,
  bunch, but, by, called, came, can, cannot, cant, care, category, chance, cheers, choose, colleague, come,
  comes, coming, could, couple, cousin, crowd, dad, daughter, day, days, decent, decide, decided, deciding, did, didnt, directed, do,
  does, doesnt, doing, done, dont, dude, dunno, during, each, early, either, else, enjoy, enjoyed, enjoys,
  entertain, entitled, evening, ever, every, everyone, everything, exactly, excellent, except, excluding,
  family, fancy, fantastic, father, fetch, favorite, favorites, favourite, favourites, few, filmed, find,
  finding, fine, first, folks, for, friend, friends, from, full, general, generally, genre, genres, get,
  gimme, girlfriend, girls, give, go, going, good, got, gotta, grandfather, grandma, grandmother, grandpa,
  great, group, guess, guys, had, handful, happen, has, hasnt, hate, hated, hates, have, havent, having,
  he, hear, heard, hed, hello, help, her, here, hers, hes, hey, hi, his, hiya, home, honestly, hope,
  haha, hoping, how, however, hunting, husband, i, id, idea, ideally, ideas, idk, if, ill, im, in, instead,
  interested, into, is, isnt, it, its, ive, just, kind, kinda, kindly, kinds, know, last, late, latest,
  least, let, lets, like, liked, likes, list, listen, listening, little, lmao, locate, lol, long, look, looking, lot, lots,
  love, loved, loves, made, make, man, many, mate, may, maybe, me, meaning, meets, mid, might, mine,
  minus, mix, mixture, mom, month, more, morning, most, mother, much, mum, must, my, myself, name, named,
  need, needs, neighbor, neighbour, neither, nephew, netflix, never, new, newest, next, nice, niece,
  night, no, nor, not, nothing, now, of, off, oh, omg, ok, okay, old, on, one, ones, only, or, other, others,
  our, ours, out, over, own, parents, particular, partner, people, perfect, perhaps, pick, play, please,
  pls, plz, popular, possibly, precisely, prefer, preferable, preferably, pretty, produced, proper,
  published, put, quality, quick, quickly, quite, random, range, rather, read, real, really, recent, recommend,
  recommended, recommends, recorded, released, rent, rewatch, require, requires, right, roommate, said, same, saw, say, says, screen,
  search, searching, see, seeing, seeking, seen, set, several, shall, she, shed, shes, shot, should, show,
  similar, since, sister, so, solid, some, someone, something, somewhat, son, sort, sorts, specific,
  starring, still, stream, streaming, strictly, stuff, such, suggest, suggestions, sure, surprise, ta,
  teen, teenager, tell, than, thank, thanks, that, thats, the, their, them, then, there, theres, these,
  they, theyd, theyre, theyve, thing, things, think, this, those, though, thought, through, thx, titled,
  to, today, tomorrow, tonight, too, top, true, try, trying, tv, type, types, u, uh, um, uncle, until, up,
  us, version, very, wanna, want, wanted, wants, was, wasnt, watch, watched, watching, way, we, wed, week, weekend,
  weekends, well, were, werent, weve, what, whatever, whats, when, where, wheres, which, while, who, whom,
  whos, whose, why, wife, will, with, without, wonder, wondering, wont, worth, worthwhile, would, yeah,
  year, years, yep, yes, yesterday, yet, yo, you, youd, your, yourself, youve, all time, at least, at most,
  award winning, cant decide, dealers choice, entirely up to you, no clue, no preference, up to you, big fan, by any chance, cinema night, critically acclaimed, entertain me, feel like, feel
  like a, feel like seeing, feel like watching, feeling like, fewer than, for ages, high quality, highly
  rated, last night, last time, last week, huge fan, im feeling, in a mood for, in the mood, in the mood for, less than, mood for, mood for
  a, must see, next time, no more than, not more than, of all time, release date, some time, style of,
  this time, time to, top rated, true stories, true story, up for, well rated, worth seeing, worth
  watching, pull up, bring up, cue up, queue up, dig up, dig out, throw on, stick on, turn on, put on`;
