# The public names, each once: `__init__.py` imports them from here when they are first asked for.
from .config import NetworkSettings as NetworkSettings
from .config import OutputSettings as OutputSettings
from .config import OverlaySettings as OverlaySettings
from .config import SecondPassSettings as SecondPassSettings
from .config import SmoothingSettings as SmoothingSettings
from .config import SourceSettings as SourceSettings
from .config import TrackSettings as TrackSettings
from .errors import BusyError as BusyError
from .errors import Hint as Hint
from .errors import MissingError as MissingError
from .errors import OutputError as OutputError
from .errors import OutputExistsError as OutputExistsError
from .errors import ResumeError as ResumeError
from .errors import SettingError as SettingError
from .errors import SwahrError as SwahrError
from .errors import UnreadableError as UnreadableError
from .formats.files import read as read
from .inference.estimator import PoseEstimator as PoseEstimator
from .overlay.single import draw as draw
from .pose.poses import Person as Person
from .pose.poses import Poses as Poses
from .pose.recording import FramePoses as FramePoses
from .pose.recording import Recording as Recording
from .pose.skeleton import Skeleton as Skeleton
from .run.folder import process_folder as process_folder
from .run.video import process_video as process_video

__version__: str
