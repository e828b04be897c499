/** Which words carry no wish of their own? Those of asking, of grammar, and the names of what is asked for. */

/** What a catalogue holds, in any trade; the plural is understood. */
export const THINGS = `movie, film, flick, pic, picture, motion picture, feature, feature film, title, one, thing, stuff,
  show, series, song, track, album, record, music, tune, artist, band, book, novel, game, podcast, recommendation,
  recommendations, rec, recs, suggestion, suggestions, pick, option, choice, item, work, something, anything, everything,
  anything else, something else, entry, release, example, cinema, story, tale, result`;

/** Words of asking and of grammar. */
export const FILLERS = `arent, isnt, wasnt, werent, doesnt, didnt, cant, cannot, wont, hate, hates, avoid, excluding, minus, instead, set, before,
  after, until, in the mood for, in the mood, in a mood for, mood for a, feel like watching, feel like seeing, feel like a, im feeling, a, an, the, and, or, of, to, in, on, at, by, for, from, with, as, is, are, was, were, be, been, being, am,
  i, im, id, ive, ill, me, my, mine, myself, we, us, our, ours, weve, wed, were, you, your, youve, youd, u, he, she, his, her,
  hers, hes, shes, they, them, their, theyre, theyve, it, its, that, thats, this, these, those, there, theres, here, what,
  whats, which, who, whos, whom, whose, when, where, why, how, do, does, did, doing, done, dont, have, has, had, having, can,
  could, would, should, will, shall, may, might, must, let, lets, want, wanna, wants, wanted, need, needs, like, likes,
  looking, look, searching, search, hunting, find, finding, get, give, gimme, show, list, name, suggest, recommend,
  recommended, recommends, tell, help, play, put, watch, watching, see, seeing, listen, listening, hear, stream, streaming, seen, saw, watched, heard,
  rent, try, go, going, got, gotta, meaning, while, hi, hey, hello, hiya, please, pls, plz, thanks, thank, thx, cheers, ta,
  kindly, good, great, best, nice, decent, solid, excellent, amazing, awesome, fantastic, brilliant, top, favourite, favorite,
  really, very, just, only, quite, rather, pretty, maybe, perhaps, possibly, ideally, preferably, preferable, some, any,
  few, several, bunch, handful, lot, lots, more, most, many, much, else, other, others, another, again, also, too, so,
  such, then, than, but, though, although, however, if, because, since, tonight, today, tomorrow, now, evening, weekend,
  weekends, night, afternoon, morning, brother, sister, mother, father, mom, mum, dad, wife, husband, girlfriend, boyfriend,
  partner, friend, friends, roommate, son, daughter, parents, mate, buddy, colleague, family, someone, everyone, anyone,
  people, kind, kinds, kinda, sort, sorts, type, types, genre, genres, category, style of, mood for, in the mood for, feel
  like, feeling like, fancy, up for, about, around, out, up, off, over, into, through, during, between, made, make, came,
  come, comes, coming, released, filmed, shot, produced, recorded, published, year, years, of all time, all time, this time, next time, some time, time to,
  release date, available, chance, by any chance, ages, for ages, been, ever, never, already, yet, still, ok, okay, well, oh, uh,
  um, yes, yeah, yep, no, not, idea, know, think, thought, guess, wondering, wonder, interested, love, loves, enjoy, enjoys,
  happen, called, named, entitled, titled, way, bit, little, all, both, each, every, same, similar, bored, hoping, hope,
  trying, pick, choose, something, anything, everything, nothing, thing, things, stuff, one, ones, first, next, last, new,
  old, long, sure, right, quick, quickly, must see, worth, worth watching, worth seeing, worthwhile, high quality, quality,
  highly rated, well rated, top rated, acclaimed, critically acclaimed, award winning, must, own, yourself, theyd, shed, hed,
  whatever, either, neither, nor, without, except, surprise, random, somewhat, particular, specific, general, generally,
  basically, actually, honestly, least, no more than, not more than, at least, at most, fewer than, less than, newest, latest, recent, popular, early, mid, late, idk, dunno, seeking, prefer, entertain, entertain me, mix, mixture, blend, meets, fine, strictly, range, havent, hasnt, wheres, directed, starring, exactly, precisely, yesterday, hated, big fan, huge fan, true story, true stories, adore, adores, adored, loved, liked, enjoyed, nephew, niece, cousin, aunt, uncle, grandma, grandmother, grandpa, grandfather, teenager, teen, boss, neighbour, neighbor, group, couple, crowd, guys, girls, folks, dude, man, suggestions, ideas, favourites, favorites, day, days, week, month, home, tv, netflix,
  screen, cinema night, ask, asking, asked, say, says, said, thing, perfect, proper, true, real, full`;
