using System.Diagnostics;
using LibMoE.Generators.Tests.Support;

namespace LibMoE.Generators.Tests;

/// <summary>
/// <c>-p:UseVerify=true</c> compares the snapshots with the real Verify.Xunit. Only the project's evaluation is tested: that package has a
/// dependency that is not served everywhere, so that a restore may be impossible.
/// </summary>
public class VerifySwitchTests
{
    [Theory]
    [InlineData("true", true)]
    [InlineData("false", false)]
    public async Task The_switch_references_Verify_compiles_against_it_and_restores_without_a_lock_file(string value, bool isVerify)
    {
        var evaluated = await Evaluate(value);

        Assert.Equal(isVerify, evaluated.Contains("\"Verify.Xunit\"", StringComparison.Ordinal));
        Assert.Equal(isVerify, evaluated.Contains("VERIFY", StringComparison.Ordinal));
        Assert.Equal(!isVerify && OperatingSystem.IsLinux(),
            evaluated.Contains("\"RestorePackagesWithLockFile\": \"true\"", StringComparison.Ordinal));
    }

    private static async Task<string> Evaluate(string value)
    {
        using var evaluation = Process.Start(new ProcessStartInfo("dotnet")
        {
            ArgumentList =
            {
                "msbuild", Repository.Path("tests", "LibMoE.Generators.Tests", "LibMoE.Generators.Tests.csproj"), $"-p:UseVerify={value}",
                "-getItem:PackageReference", "-getProperty:DefineConstants", "-getProperty:RestorePackagesWithLockFile",
            },
            RedirectStandardOutput = true,
        })!;
        var output = await evaluation.StandardOutput.ReadToEndAsync();
        await evaluation.WaitForExitAsync();
        Assert.True(evaluation.ExitCode == 0, output);
        return output;
    }
}
