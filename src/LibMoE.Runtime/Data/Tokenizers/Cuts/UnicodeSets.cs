using System.Globalization;

namespace LibMoE.Runtime.Data.Tokenizers.Cuts;

/// <summary>The sets of code points that expressions name: general categories, and what <c>\s</c>, <c>\d</c>, <c>\w</c> are.</summary>
internal static class UnicodeSets
{
    private static readonly Lazy<CodePointSet[]> ByCategory = new(ReadCategories);

    private static readonly string[] Categories =
    [
        "Lu", "Ll", "Lt", "Lm", "Lo", "Mn", "Mc", "Me", "Nd", "Nl", "No", "Zs", "Zl", "Zp", "Cc", "Cf", "Cs", "Co", "Pc", "Pd", "Ps",
        "Pe", "Pi", "Pf", "Po", "Sm", "Sc", "Sk", "So", "Cn",
    ];

    /// <summary>Long names of categories (Unicode, PropertyValueAliases.txt) with their short ones, as expressions
    /// may write either.</summary>
    private static readonly Dictionary<string, string> LongNames = new()
    {
        ["letter"] = "l",
        ["uppercaseletter"] = "lu",
        ["lowercaseletter"] = "ll",
        ["titlecaseletter"] = "lt",
        ["modifierletter"] = "lm",
        ["otherletter"] = "lo",
        ["mark"] = "m",
        ["nonspacingmark"] = "mn",
        ["spacingmark"] = "mc",
        ["enclosingmark"] = "me",
        ["number"] = "n",
        ["decimalnumber"] = "nd",
        ["letternumber"] = "nl",
        ["othernumber"] = "no",
        ["separator"] = "z",
        ["spaceseparator"] = "zs",
        ["lineseparator"] = "zl",
        ["paragraphseparator"] = "zp",
        ["other"] = "c",
        ["control"] = "cc",
        ["format"] = "cf",
        ["surrogate"] = "cs",
        ["privateuse"] = "co",
        ["unassigned"] = "cn",
        ["punctuation"] = "p",
        ["connectorpunctuation"] = "pc",
        ["dashpunctuation"] = "pd",
        ["openpunctuation"] = "ps",
        ["closepunctuation"] = "pe",
        ["initialpunctuation"] = "pi",
        ["finalpunctuation"] = "pf",
        ["otherpunctuation"] = "po",
        ["symbol"] = "s",
        ["mathsymbol"] = "sm",
        ["currencysymbol"] = "sc",
        ["modifiersymbol"] = "sk",
        ["othersymbol"] = "so",
    };

    /// <summary>Letters and numerals that Unicode calls alphabetic without giving them a category of letters:
    /// circled and squared ones.</summary>
    private static readonly CodePointSet CircledLetters =
        CodePointSet.Of([(0x24B6, 0x24E9), (0x1F130, 0x1F149), (0x1F150, 0x1F169), (0x1F170, 0x1F189)]);

    /// <summary>White space: what <c>\s</c> matches.</summary>
    public static CodePointSet Space { get; } = CodePointSet.Of(
    [
        (0x09, 0x0D), (0x20, 0x20), (0x85, 0x85), (0xA0, 0xA0), (0x1680, 0x1680), (0x2000, 0x200A), (0x2028, 0x2029), (0x202F, 0x202F),
        (0x205F, 0x205F), (0x3000, 0x3000),
    ]);

    /// <summary>Hexadecimal digits.</summary>
    public static CodePointSet Hexadecimal { get; } = CodePointSet.Of([('0', '9'), ('A', 'F'), ('a', 'f')]);

    /// <summary>Decimal digits: what <c>\d</c> matches.</summary>
    public static CodePointSet Digit => Named("Nd")!;

    /// <summary>What <c>\w</c> matches in a class.</summary>
    public static CodePointSet Word { get; } =
        Named("L")!.Union(Named("M")!).Union(Named("Nd")!).Union(Named("Nl")!).Union(Named("Pc")!).Union(CircledLetters);

    /// <summary>What <c>\w</c> matches outside a class, and <c>\b</c> stands at: Oniguruma's table of Latin-1 takes ¹²³¼½¾
    /// for words there.</summary>
    public static CodePointSet WordOutsideClass { get; } = Word.Union(CodePointSet.Of([(0xB2, 0xB3), (0xB9, 0xB9), (0xBC, 0xBE)]));

    /// <summary>What <c>\w</c> is to Rust's expressions: joiners of letters belong to it.</summary>
    public static CodePointSet RustWord { get; } = Word.Union(CodePointSet.Of([(0x200C, 0x200D)]));

    /// <summary>A general category by its name, such as <c>L</c>, <c>Lu</c> or <c>Uppercase_Letter</c>; null where it is none.</summary>
    public static CodePointSet? Named(string name)
    {
        var plain = name.Replace("_", "", StringComparison.Ordinal).Replace(" ", "", StringComparison.Ordinal).ToLowerInvariant();
        plain = LongNames.GetValueOrDefault(plain, plain);
        if (plain is "any")
        {
            return CodePointSet.Empty.Complement();
        }

        var members = Categories.Index()
            .Where(entry => string.Equals(plain.Length == 1 ? entry.Item[..1] : entry.Item, plain, StringComparison.OrdinalIgnoreCase))
            .Select(entry => ByCategory.Value[entry.Index]).ToList();
        return members.Count == 0 ? null : members.Aggregate((all, category) => all.Union(category));
    }

    /// <summary>The set with the other cases of its letters, by simple folding.</summary>
    public static CodePointSet WithBothCases(CodePointSet set) => CodePointSet.Of(
        set.Ranges.Concat(set.Ranges.SelectMany(range => Enumerable.Range(range.First, range.Last - range.First + 1))
            .SelectMany(CaseOrbits.Of).Select(codePoint => (codePoint, codePoint))));

    private static CodePointSet[] ReadCategories()
    {
        var ranges = Array.ConvertAll(Categories, _ => new List<(int First, int Last)>());
        var first = 0;
        for (var codePoint = 1; codePoint <= 0x110000; codePoint++)
        {
            var category = CharUnicodeInfo.GetUnicodeCategory(first);
            if (codePoint == 0x110000 || CharUnicodeInfo.GetUnicodeCategory(codePoint) != category)
            {
                ranges[(int)category].Add((first, codePoint - 1));
                first = codePoint;
            }
        }

        return Array.ConvertAll(ranges, CodePointSet.Of);
    }
}
