/** Small catalogues of other trades than films, with other columns, genres and languages. */

import { type Catalog, CatalogBuilder } from '../../../src/index.ts';

const ALBUMS: readonly (readonly [string, string, readonly string[], number, number, string])[] = [
  ['Kid A', 'Radiohead', ['Electronic', 'Rock'], 2000, 50, 'English'],
  ['OK Computer', 'Radiohead', ['Rock'], 1997, 53, 'English'],
  ['Thriller', 'Michael Jackson', ['Pop', 'Funk'], 1982, 42, 'English'],
  ['Rumours', 'Fleetwood Mac', ['Rock'], 1977, 39, 'English'],
  ['Buena Vista Social Club', 'Buena Vista Social Club', ['World'], 1997, 60, 'Spanish'],
  ['Mezzanine', 'Massive Attack', ['Trip-Hop'], 1998, 63, 'English'],
  ['Homogenic', 'Björk', ['Electronic'], 1997, 44, 'English'],
  ['A Love Supreme', 'John Coltrane', ['Jazz'], 1965, 33, 'Instrumental'],
  ['Legend', 'Bob Marley', ['Reggae'], 1984, 60, 'English'],
  ['Blue', 'Joni Mitchell', ['Folk'], 1971, 36, 'English'],
  ['Master of Puppets', 'Metallica', ['Metal'], 1986, 55, 'English'],
  ['London Calling', 'The Clash', ['Punk', 'Rock'], 1979, 65, 'English'],
  ['The Chronic', 'Dr. Dre', ['Hip-Hop'], 1992, 63, 'English'],
  ['Random Access Memories', 'Daft Punk', ['Electronic', 'Disco'], 2013, 75, 'English'],
  ['Histoire de Melody Nelson', 'Serge Gainsbourg', ['Pop'], 1971, 28, 'French'],
];

const BOOKS: readonly (readonly [string, string, readonly string[], number, string, number])[] = [
  ['Dune', 'Frank Herbert', ['Science Fiction'], 1965, 'English', 412],
  ['Emma', 'Jane Austen', ['Romance'], 1815, 'English', 474],
  ['1984', 'George Orwell', ['Science Fiction'], 1949, 'English', 328],
  ['The Hobbit', 'J. R. R. Tolkien', ['Fantasy', "Children's"], 1937, 'English', 310],
  ['It', 'Stephen King', ['Horror'], 1986, 'English', 1138],
  ['Gone Girl', 'Gillian Flynn', ['Mystery', 'Thriller'], 2012, 'English', 432],
  ['The Name of the Rose', 'Umberto Eco', ['Mystery', 'Historical Fiction'], 1980, 'Italian', 536],
  ['Sapiens', 'Yuval Noah Harari', ['History'], 2011, 'Hebrew', 443],
  ['Steve Jobs', 'Walter Isaacson', ['Biography'], 2011, 'English', 656],
  ['Twilight', 'Stephenie Meyer', ['Romance', 'Young Adult'], 2005, 'English', 498],
  ['The Shining', 'Stephen King', ['Horror'], 1977, 'English', 447],
  ['Coraline', 'Neil Gaiman', ['Fantasy', "Children's"], 2002, 'English', 162],
  ['The Da Vinci Code', 'Dan Brown', ['Thriller', 'Mystery'], 2003, 'English', 454],
  ['Les Misérables', 'Victor Hugo', ['Historical Fiction'], 1862, 'French', 1463],
  ['Neuromancer', 'William Gibson', ['Science Fiction'], 1984, 'English', 271],
  ['Leaves of Grass', 'Walt Whitman', ['Poetry'], 1855, 'English', 300],
];

/** Fifteen albums; the id of each is its name. */
export function musicCatalog(): Catalog {
  const builder = new CatalogBuilder();
  for (const [name, artist, genre, release_year, length, language] of ALBUMS) {
    builder.add(name, { name, artist, genre: [...genre], release_year, length, language });
  }
  return builder.build();
}

/** Sixteen books; the id of each is its title. */
export function bookCatalog(): Catalog {
  const builder = new CatalogBuilder();
  for (const [title, author, genres, publication_year, language, pages] of BOOKS) {
    builder.add(title, { title, author, genres: [...genres], publication_year, language, pages });
  }
  return builder.build();
}
