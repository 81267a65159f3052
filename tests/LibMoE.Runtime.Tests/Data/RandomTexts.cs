namespace LibMoE.Runtime.Tests.Data;

/// <summary>The texts of <c>random-texts.cjs</c>, drawn by the same rule: every plane, half of them from few characters
/// that merges know.</summary>
internal sealed class RandomTexts(uint seed)
{
    private static readonly int[] Few =
    [
        .. " \n\r\t\u00a0\u3000abcdeszABtrevlmDS0123479.,!?'\"-_(/ß½²жЖ\u0301א١नि世界한ーⅧ".EnumerateRunes().Select(rune => rune.Value),
        0x1D400, 0x1D41E, 0x1D7D9, 0x10400, 0x10428, 0x1F600, 0x1F680, 0x200D, 0xFE0F, 0x20BB7, 0x30000, 0xE0100, 0xE0061,
        0xF0000, 0x100000, 0x16FE4, 0x1E900, 0x12400, 0x1F130,
    ];

    private static readonly (int First, int Last)[] Blocks =
    [
        (0x20, 0x7E), (0x20, 0x7E), (0x09, 0x0D), (0xA0, 0x17F), (0x391, 0x3A1), (0x3B1, 0x3C9), (0x410, 0x44F), (0x5D0, 0x5EA),
        (0x621, 0x63A), (0x660, 0x669), (0x905, 0x939), (0x93E, 0x94D), (0x1100, 0x1112), (0x1E00, 0x1EFF), (0x2000, 0x200F),
        (0x2010, 0x2027), (0x2028, 0x2029), (0x2150, 0x2188), (0x2190, 0x21FF), (0x2460, 0x24FF), (0x3000, 0x3003), (0x3041, 0x3096),
        (0x30A1, 0x30FA), (0x4E00, 0x9FA5), (0xAC00, 0xD7A3), (0xE000, 0xE010), (0xFE00, 0xFE0F), (0xFF01, 0xFF5E), (0x10000, 0x1000B),
        (0x10140, 0x10174), (0x10330, 0x1034A), (0x10400, 0x1044F), (0x104B0, 0x104D3), (0x12000, 0x12399), (0x12400, 0x1246E),
        (0x13000, 0x1342E), (0x1D165, 0x1D169), (0x1D400, 0x1D454), (0x1D538, 0x1D539), (0x1D7CE, 0x1D7FF), (0x1E900, 0x1E943),
        (0x1F130, 0x1F149), (0x1F300, 0x1F64F), (0x20000, 0x2A6D6), (0x2F800, 0x2FA1D), (0x30000, 0x3134A), (0xE0020, 0xE007E),
        (0xE0100, 0xE01EF), (0xF0000, 0xF0100), (0x100000, 0x100100),
    ];

    private uint _state = seed;

    /// <summary>So many texts.</summary>
    public IEnumerable<string> Draw(int count)
    {
        for (var text = 0; text < count; text++)
        {
            var characters = new List<string>();
            for (var left = Next(40); left > 0; left--)
            {
                var (first, last) = Blocks[Next(Blocks.Length)];
                characters.Add(char.ConvertFromUtf32(text % 2 == 0 ? Few[Next(Few.Length)] : first + Next(last - first + 1)));
            }

            yield return string.Concat(characters);
        }
    }

    /// <summary>Xorshift of 32 bits (Marsaglia 2003).</summary>
    private int Next(int bound)
    {
        _state ^= _state << 13;
        _state ^= _state >> 17;
        _state ^= _state << 5;
        return (int)(_state % (uint)bound);
    }
}
