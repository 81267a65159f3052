using System.Globalization;

namespace LibMoE.Generators.Helpers;

/// <summary>Makes the current thread write numbers in one way whatever the machine's language, until disposed.</summary>
internal readonly struct InvariantCulture : IDisposable
{
    private readonly CultureInfo _culture;
    private readonly CultureInfo _uiCulture;

    // The rule wants analyzers to take the compiler's culture. Generated text must not depend on any: a minus sign of another
    // language inside a number does not compile.
#pragma warning disable RS1035
    private InvariantCulture(CultureInfo culture, CultureInfo uiCulture) => (_culture, _uiCulture) = (culture, uiCulture);

    /// <summary>Sets the invariant culture.</summary>
    public static InvariantCulture Enter()
    {
        var before = new InvariantCulture(CultureInfo.CurrentCulture, CultureInfo.CurrentUICulture);
        CultureInfo.CurrentCulture = CultureInfo.CurrentUICulture = CultureInfo.InvariantCulture;
        return before;
    }

    /// <summary>Puts the culture from before back.</summary>
    public void Dispose() => (CultureInfo.CurrentCulture, CultureInfo.CurrentUICulture) = (_culture, _uiCulture);
#pragma warning restore RS1035
}
