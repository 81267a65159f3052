namespace MetaLearning;

/// <summary>A handwritten character with its drawings.</summary>
/// <param name="Alphabet">Its alphabet, such as <c>Tagalog</c>.</param>
/// <param name="Name">Its name there, such as <c>character01</c>.</param>
/// <param name="Drawings">Image files, in the order of their names.</param>
internal sealed record Character(string Alphabet, string Name, IReadOnlyList<byte[]> Drawings)
{
    /// <summary>Of some characters those that share no drawing, byte for byte, with any of the others.</summary>
    public static IReadOnlyList<Character> Unseen(IEnumerable<Character> characters, IEnumerable<Character> seen)
    {
        var known = seen.SelectMany(character => character.Drawings).Select(Convert.ToBase64String).ToHashSet();
        return [.. characters.Where(character => !character.Drawings.Select(Convert.ToBase64String).Any(known.Contains))];
    }
}
