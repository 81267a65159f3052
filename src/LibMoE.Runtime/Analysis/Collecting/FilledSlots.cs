namespace LibMoE.Runtime.Analysis.Collecting;

/// <summary>The slots of tokens that hold a pick.</summary>
internal static class FilledSlots
{
    /// <summary>A value of each slot of a token that is not empty; gates whose tokens pick a number of their own have many empty
    /// ones.</summary>
    public static T[] InSlots<T>(this PickTable picks, int token, Func<int, T> value) =>
        [.. Enumerable.Range(0, picks.Slots).Where(slot => picks.Picks(token)[slot] >= 0).Select(value)];
}
