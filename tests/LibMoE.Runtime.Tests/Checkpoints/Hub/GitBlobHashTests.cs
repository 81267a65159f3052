using System.Text;
using LibMoE.Runtime.Files;

namespace LibMoE.Runtime.Tests.Checkpoints.Hub;

public sealed class GitBlobHashTests
{
    /// <summary>The first is of git's own book ("Git Internals - Git Objects"), the second every repository's empty file.</summary>
    [Theory]
    [InlineData("what is up, doc?", "bd9dbf5aae1a3862dd1526723246b20206e5fc37")]
    [InlineData("", "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391")]
    public async Task A_content_has_the_name_that_git_gives_it(string content, string name) =>
        Assert.Equal(name, await GitBlobHash.OfAsync(new MemoryStream(Encoding.UTF8.GetBytes(content))));
}
